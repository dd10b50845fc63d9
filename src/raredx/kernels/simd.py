"""The vector instructions of `kernels.vectors`, in LLVM; imported when a kernel is compiled."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

from raredx.kernels.vectors import WIDTH

_BYTE, _WORD = ir.IntType(8), ir.IntType(64)
_VECTOR = ir.VectorType(_BYTE, WIDTH)


def _address(context: Any, builder: Any, kind: Any, values: Any) -> Any:
    """Give the address of one element of a byte array."""
    array = context.make_array(kind)(context, builder, values[0])
    return builder.gep(array.data, [values[1]])


def _vector(builder: Any, address: Any) -> Any:
    """Load 64 bytes from anywhere."""
    return builder.load(builder.bitcast(address, _VECTOR.as_pointer()), align=1)


def _spread(builder: Any, byte: Any) -> Any:
    """Fill a vector with one byte."""
    empty = ir.Constant(_VECTOR, ir.Undefined)
    zero = ir.Constant(ir.IntType(32), 0)
    one = builder.insert_element(empty, byte, zero)
    every = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(one, empty, every)


@intrinsic
def equal_bytes(typing_context, text, at, byte):
    """Mask of the bytes from a place on that equal a byte."""
    signature = types.uint64(text, types.intp, types.uint8)

    def generate(context, builder, signature, values):
        there = _vector(builder, _address(context, builder, signature.args[0], values))
        same = builder.icmp_unsigned("==", there, _spread(builder, values[2]))
        return builder.bitcast(same, _WORD)

    return signature, generate


@intrinsic
def low_bytes(typing_context, text, at):
    """Mask of the bytes from a place on that are tab, line end, or control bytes below."""
    signature = types.uint64(text, types.intp)

    def generate(context, builder, signature, values):
        there = _vector(builder, _address(context, builder, signature.args[0], values))
        limit = ir.Constant(_VECTOR, [11] * WIDTH)
        return builder.bitcast(builder.icmp_unsigned("<", there, limit), _WORD)

    return signature, generate


@intrinsic
def four_bytes_as_float(typing_context, text, at):
    """Four bytes from a place on, a float32, as a double."""
    signature = types.float64(text, types.intp)

    def generate(context, builder, signature, values):
        address = _address(context, builder, signature.args[0], values)
        there = builder.bitcast(address, ir.FloatType().as_pointer())
        return builder.fpext(builder.load(there, align=1), ir.DoubleType())

    return signature, generate


@intrinsic
def lowest_bit(typing_context, mask):
    """Place of the lowest bit of a mask that is not 0."""
    signature = types.intp(types.uint64)

    def generate(context, builder, signature, values):
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return signature, generate


@intrinsic
def count_bits(typing_context, mask):
    """Bits of a mask that are set."""
    signature = types.intp(types.uint64)

    def generate(context, builder, signature, values):
        return builder.ctpop(values[0])

    return signature, generate


def _place(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    """Give the address of one element of a byte array, as an integer."""
    there = context.make_array(kind)(context, builder, array)
    return builder.ptrtoint(builder.gep(there.data, [at]), _WORD)


@intrinsic
def call_inflate(typing_context, function, handle, source, first, size, out, at, room):
    """Call libdeflate_deflate_decompress at an address; 0 where `room` bytes came out."""
    signature = types.int32(
        types.int64, types.int64, source, types.intp, types.int64, out, types.intp, types.int64
    )

    def generate(context, builder, signature, values):
        kinds = [_WORD] * 6
        pointer = ir.FunctionType(ir.IntType(32), kinds).as_pointer()
        begin = _place(context, builder, signature.args[2], values[2], values[3])
        target = _place(context, builder, signature.args[5], values[5], values[6])
        arguments = [values[1], begin, values[4], target, values[7], ir.Constant(_WORD, 0)]
        return builder.call(builder.inttoptr(values[0], pointer), arguments)

    return signature, generate


@intrinsic
def call_crc32(typing_context, function, text, at, size):
    """Call libdeflate_crc32 at an address, over a stretch of a byte array."""
    signature = types.uint32(types.int64, text, types.intp, types.int64)

    def generate(context, builder, signature, values):
        pointer = ir.FunctionType(ir.IntType(32), [ir.IntType(32), _WORD, _WORD]).as_pointer()
        begin = _place(context, builder, signature.args[1], values[1], values[2])
        arguments = [ir.Constant(ir.IntType(32), 0), begin, values[3]]
        return builder.call(builder.inttoptr(values[0], pointer), arguments)

    return signature, generate
