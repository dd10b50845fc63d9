"""`python -m raredx`."""

from raredx.cli.main import main

if __name__ == "__main__":
    main()
