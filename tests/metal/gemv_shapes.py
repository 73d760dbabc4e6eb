"""The cases of both products: numbers of outputs, inputs, rows and groups at the edges of something."""

from metal.activations import GELU_EXACT, GELU_TANH, NONE, RELU
from metal.gemv import Shape
from metal.number_types import BFLOAT, FLOAT, HALF, TYPES

INPUTS = ((32, 32), (96, 32), (128, 128), (288, 32), (1024, 64), (4096, 128))
ROWS = ((1, 8), (2, 1), (2, 2), (3, 4), (5, 8), (7, 2), (8, 8), (9, 4), (13, 8))

SHAPES = [
    *(Shape(outputs, 128, 64, gap=3) for outputs in (1, 2, 7, 33, 257, 1025)),
    *(Shape(9, inputs, group, kind=FLOAT) for inputs, group in INPUTS),
    *(Shape(6, inputs, inputs, kind=FLOAT, scale_kind=FLOAT) for inputs in (8, 32, 96, 264, 1032)),
    *(Shape(10, 320, 64, rows, together, kind=FLOAT, gap=5) for rows, together in ROWS),
    *(Shape(17, 192, 32, 3, 4, kind, scale, gap=1) for kind in TYPES for scale in (FLOAT, HALF)),
    *(
        Shape(21, 64, 32, 2, 2, kind, FLOAT, finished, activation, finished)
        for kind in (FLOAT, BFLOAT)
        for activation in (NONE, RELU, GELU_TANH, GELU_EXACT)
        for finished in (False, True)
    ),
    *(Shape(6, inputs, 32, 3, 4, kind, norm=True, gap=2) for kind in TYPES for inputs in (32, 96, 288, 1024)),
    *(Shape(6, 64, 64, rows, rows, FLOAT, norm=True) for rows in (1, 2, 8)),
    Shape(9, 64, 32, 3, 4, in_place=True, gap=1),
    Shape(5, 64, 8, bias=True, residual=False),
    Shape(5, 64, 16, bias=False, residual=True),
]

# What every wrong edit is tried on: the edges together.
FEW = [
    Shape(6, 320, 64, rows=7, together=4, kind=FLOAT, scale_kind=FLOAT, activation=RELU, gap=3),
    Shape(7, 96, 96, rows=2, together=2, kind=FLOAT, bias=False, residual=False),
    Shape(3, 288, 32, rows=1, kind=FLOAT, activation=GELU_TANH),
    Shape(3, 32, 32, rows=1, kind=FLOAT, activation=GELU_EXACT),
    Shape(3, 288, 32, rows=3, together=4, kind=FLOAT, norm=True, gap=1),
]
