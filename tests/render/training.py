"""A deck that trains, and by hand all that would be recorded of it: numbers to be found again on its page."""

from __future__ import annotations

from pathlib import Path

from deck_builder.model import BlockResult, ExecutedDeck, Figure, Output, Source, Stream, Trace, Watched
from deck_builder.parse import parse
from deck_builder.recorded import Assigned, Loop, Sample, Shown, TraceStep

EPOCHS = 100
CODE = """losses = []
for epoch in range(100):
    # forward: predict, compare
    y_pred = model(x)
    loss = criterion(y_pred, y)
    print(epoch, loss.item())
    losses.append(loss.item())
    # backward: clear, derive, update
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

print("w =", model.weight.item())
print("b =", model.bias.item())
plt.plot(losses)
plt.xlabel("epoch")
plt.show()"""
DECK = """---
layout: default
---

# 训练

每一轮先前向，再反向：**前向**算出损失，**反向**算出每个参数该往哪走。

```python {STEPS}{lines: true}
CODE
```
"""
STEPS = "all|4-5,9-11|4-6|9-11|13-17|1|all"


def number(value: float) -> Shown:
    return Shown(f"{value:.5g}", value)


def epochs() -> list[tuple[float, float, float, float, float, tuple[float, ...]]]:
    """w, b, their gradients, the loss and the predictions of each epoch, for y = 2x."""
    w, b, found = 0.1, 0.2, []
    for _ in range(EPOCHS):
        guess = tuple(w * x + b for x in (1.0, 2.0, 3.0))
        errors = [one - 2 * x for one, x in zip(guess, (1.0, 2.0, 3.0), strict=True)]
        dw = 2 * sum(error * x for error, x in zip(errors, (1.0, 2.0, 3.0), strict=True))
        db = 2 * sum(errors)
        found.append((w, b, dw, db, sum(error * error for error in errors), guess))
        w, b = w - 0.01 * dw, b - 0.01 * db
    return found


def outputs(figure: str = "<svg xmlns='http://www.w3.org/2000/svg'/>") -> tuple[Output, ...]:
    """What the block of DECK would have done."""
    all_of = epochs()
    guesses = (Sample(at, Shown(" ".join(f"{one:.4g}" for one in row[5]))) for at, row in enumerate(all_of))
    losses = (Sample(at, number(row[4])) for at, row in enumerate(all_of))
    steps = []
    for at, (w, b, dw, db, loss, _) in enumerate(all_of):
        grads = (("w", Shown(f"{dw:+.4f}")), ("b", Shown(f"{db:+.4f}")))
        params = (("w", Shown(f"{w:.4f}")), ("b", Shown(f"{b:.4f}")))
        after = (("w", Shown(f"{w - 0.01 * dw:.4f}")), ("b", Shown(f"{b - 0.01 * db:.4f}")))
        steps.append(TraceStep(at, 10, loss, grads, params, at, 0.01, after, 11))
    printed = "".join(f"{at} {row[4]:.10f}\n" for at, row in enumerate(all_of))
    passes = tuple(range(EPOCHS))
    loop = Loop(2, "epoch", EPOCHS, passes, tuple(map(str, passes)))
    often = (4, 5, 6, 9, 10, 11)
    counts = ((1, 1, -1), *((line, EPOCHS, 0) for line in often), *((line, 1, -1) for line in range(13, 18)))
    assigned = (
        Assigned(1, "losses", -1, 1, (Sample(0, Shown("[]")),)),
        Assigned(4, "y_pred", 0, EPOCHS, tuple(guesses), ("shape (3, 1)", "requires_grad")),
        Assigned(5, "loss", 0, EPOCHS, tuple(losses), ("shape ()",)),
    )
    lines = tuple(sorted(line for line, _, _ in counts))
    return (
        Stream("stdout", printed, (6,), passes),
        Stream("stdout", "w = 1.9027\n", (13,)),
        Stream("stdout", "b = 0.2211\n", (14,)),
        Figure(figure, 400, 260, (17,)),
        Watched(lines, counts, (loop,), assigned),
        Trace("loss", (10,), EPOCHS, tuple(steps)),
    )


def executed(steps: str = STEPS, options: str = "", deck: str = DECK, **results: BlockResult) -> ExecutedDeck:
    """The deck with those steps and options, as it has run."""
    text = deck.replace("CODE", CODE).replace("STEPS", steps).replace("true}", f"true}}{options}")
    parsed = parse(Source(Path("deck.md"), text))
    return ExecutedDeck(parsed, {"1.1": BlockResult(outputs()), **results})
