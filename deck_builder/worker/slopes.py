"""An operation as it ran -> the derivative of what it gave by each tensor that it took, by torch's own rules.

Only where that is a number for each number: of a scalar by anything, of a tensor by one that it was made from number
by number. It is done again with copies, so nothing of the author's is touched.
"""

from __future__ import annotations

import sys
from typing import Any, Final

from deck_builder.worker.tape import Arg, Op

_EACH: Final = frozenset(
    """add sub rsub mul div neg pow exp log sqrt rsqrt sin cos tan tanh sigmoid relu abs reciprocal square leaky_relu
    elu gelu silu softplus clamp log1p expm1 log2 log10 asin acos atan sinh cosh erf maximum minimum""".split()  # noqa: SIM905
)
"""Operations that go number by number."""


def local_derivatives(op: Op, name: str) -> dict[int, Any]:
    """The derivatives by each `Arg` (by its identity) that gradients flow to, where they are known."""
    torch = sys.modules["torch"]
    if torch.Tag.nondeterministic_seeded in op.func.tags:
        return {}
    args: list[tuple[Arg, Any]] = []
    try:
        with torch.enable_grad():
            values = [_thawed(one, args) for one in op.args]
            named = {key: _thawed(one, args) for key, one in op.kwargs.items()}
            made = _out_of_place(op.func)(*values, **named)
            made = made if isinstance(made, torch.Tensor) else made[0]
            wanted = [(arg, leaf) for arg, leaf in args if leaf.requires_grad]
            if made.numel() > 1:
                shape = made.shape
                wanted = [(arg, leaf) for arg, leaf in wanted if name in _EACH and leaf.shape == shape]
            if not wanted:
                return {}
            found = torch.autograd.grad(made.sum(), [leaf for _, leaf in wanted], allow_unused=True)
    except Exception:  # of an operation that can't be done again nothing is known
        return {}
    return {id(arg): slope.detach() for (arg, _), slope in zip(wanted, found, strict=True) if slope is not None}


def _thawed(value: Any, args: list[tuple[Arg, Any]]) -> Any:
    """A value to do it with again; of an `Arg` a copy of its own, which `args` get to know."""
    if isinstance(value, Arg):
        if value.copy is None:
            raise ValueError("too large")
        again = value.copy.clone().requires_grad_(value.tensor.requires_grad and value.copy.is_floating_point())
        args.append((value, again))
        return again
    if isinstance(value, list):
        return [_thawed(one, args) for one in value]
    return value


def _out_of_place(func: Any) -> Any:
    """`add` for `add_`: the copy is a leaf, which can't be changed."""
    packet, _, overload = func.__name__.partition(".")
    if not packet.endswith("_") or packet.endswith("__"):
        return func
    return getattr(getattr(sys.modules["torch"].ops.aten, packet[:-1]), overload)
