"""Are these samples what the pedigree says, and is the file fit to be ranked?"""
