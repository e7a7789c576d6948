"""What an operation is called, how it is written, and its derivative in symbols. A table, and the MathML it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from deck_builder.steering import unsteered

_GREEK: Final = dict(
    zip(
        """alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi
        omega""".split(),  # noqa: SIM905
        "αβγδεζηθκλμνξπρστφχψω",
        strict=True,
    )
)


def mi(name: str) -> str:
    """A name as mathematics has it: `w1` with an index, `y_hat` with a hat, `omega` as a letter."""
    name = unsteered(name)
    if len(name) > 4 and name.endswith("_hat"):
        return f'<mover accent="true">{mi(name[:-4])}<mo stretchy="false">^</mo></mover>'
    stem = name.rstrip("0123456789").rstrip("_")
    index = name[len(stem) :].lstrip("_")
    if index and 0 < len(stem) <= 8 and stem.isidentifier():
        return f"<msub>{mi(stem)}<mn>{index}</mn></msub>"
    return f"<mi>{escape(_GREEK.get(name, name))}</mi>"


def mo(sign: str) -> str:
    """A sign between terms."""
    return f"<mo>{sign}</mo>"


def mn(text: str) -> str:
    """A number; a negative one with the sign of mathematics. What is no number is text."""
    text = unsteered(text)
    digits = text[1:] if text[:1] == "-" else text
    if not digits.replace(".", "").replace("e", "").replace("-", "").replace("+", "").isdecimal():
        return f"<mtext>{escape(text)}</mtext>"
    digits = digits.replace("e-", "e−")
    return f"<mrow><mo>−</mo><mn>{digits}</mn></mrow>" if text[:1] == "-" else f"<mn>{digits}</mn>"


def fenced(inner: str) -> str:
    """In parentheses."""
    return f'<mrow><mo stretchy="false">(</mo>{inner}<mo stretchy="false">)</mo></mrow>'


def frac(over: str, under: str) -> str:
    """One over another."""
    return f"<mfrac><mrow>{over}</mrow><mrow>{under}</mrow></mfrac>"


def sup(base: str, power: str) -> str:
    """To a power."""
    return f"<msup>{base}<mrow>{power}</mrow></msup>"


def _single(term: str) -> bool:
    """Whether a term needs no parentheses."""
    return not term.startswith("<mrow><mo>−</mo>")


def held(term: str) -> str:
    """A term as a factor."""
    return term if _single(term) else fenced(term)


Written = Callable[[Sequence[str]], str]
Slope = Callable[[Sequence[str], str, int], str]


@dataclass(frozen=True, slots=True)
class Operation:
    """How an operation looks: `sign` on its box, `write` its terms, `slope` by one of them (terms, result, which)."""

    sign: str
    write: Written
    slope: Slope | None = None


def _infix(sign: str) -> Written:
    return lambda terms: mo(sign).join([terms[0], *map(held, terms[1:])]) if terms else ""


def _call(name: str) -> Written:
    return lambda terms: f"<mi>{name}</mi><mo>&#8289;</mo>{fenced(mo(',').join(terms))}"


def _function(sign: str, slope: Slope | None = None) -> Operation:
    return Operation(sign, _call(sign), slope)


def _pow(terms: Sequence[str]) -> str:
    base = terms[0] if terms[0].startswith(("<mi>", "<mn>", "<msub>", "<mover")) else fenced(terms[0])
    return sup(base, terms[1] if len(terms) > 1 else "<mn>2</mn>")


def _pow_slope(terms: Sequence[str], made: str, at: int) -> str:
    if at or len(terms) < 2:
        return ""
    return f"<mn>2</mn>{mo('·')}{held(terms[0])}" if terms[1] == "<mn>2</mn>" else ""


def _div_slope(terms: Sequence[str], made: str, at: int) -> str:
    if at == 0:
        return frac("<mn>1</mn>", terms[1])
    return mo("−") + frac(terms[0], sup(held(terms[1]), "<mn>2</mn>"))


_ONE: Final = "<mn>1</mn>"

OPERATIONS: Final[dict[str, Operation]] = {
    "add": Operation("+", _infix("+")),
    "sub": Operation("−", _infix("−")),
    "mul": Operation("×", _infix("·"), lambda terms, made, at: terms[1 - at] if len(terms) == 2 else ""),
    "div": Operation("÷", lambda terms: frac(terms[0], terms[1]), _div_slope),
    "neg": Operation("−", lambda terms: mo("−") + held(terms[0])),
    "pow": Operation("( )ⁿ", _pow, _pow_slope),
    "exp": _function("exp", lambda terms, made, at: made),
    "log": _function("ln", lambda terms, made, at: frac(_ONE, terms[0])),
    "sqrt": Operation(
        "√",
        lambda terms: f"<msqrt>{terms[0]}</msqrt>",
        lambda terms, made, at: frac(_ONE, f"<mn>2</mn>{mo('·')}{held(made)}"),
    ),
    "reciprocal": Operation("1 / ( )", lambda terms: frac(_ONE, terms[0])),
    "abs": Operation("| |", lambda terms: f"{mo('|')}{terms[0]}{mo('|')}"),
    "sin": _function("sin", lambda terms, made, at: f"<mi>cos</mi>{fenced(terms[0])}"),
    "cos": _function("cos", lambda terms, made, at: f"{mo('−')}<mi>sin</mi>{fenced(terms[0])}"),
    "tanh": _function("tanh", lambda terms, made, at: f"{_ONE}{mo('−')}{sup(held(made), '<mn>2</mn>')}"),
    "sigmoid": Operation(
        "σ", _call("σ"), lambda terms, made, at: f"{held(made)}{fenced(f'{_ONE}{mo(chr(0x2212))}{held(made)}')}"
    ),
    "relu": _function("ReLU"),
    "matmul": Operation("@", lambda terms: "".join(map(held, terms))),
    "linear": Operation("linear", lambda terms: _infix("+")([terms[0] + terms[1], *terms[2:]]) if terms[1:] else ""),
    "mean": _function("mean"),
    "sum": Operation("Σ", lambda terms: f"{mo('∑')}{held(terms[0])}"),
    "mse_loss": Operation("MSE", _call("MSE")),
    "binary_cross_entropy": Operation("BCE", _call("BCE")),
    "nll_loss": Operation("NLL", _call("NLL")),
    "t": Operation("( )ᵀ", lambda terms: sup(held(terms[0]), "<mi>T</mi>")),
}


def operation(op: str) -> Operation:
    """How an operation looks, whatever it is."""
    return OPERATIONS.get(op) or _function(escape(unsteered(op)))
