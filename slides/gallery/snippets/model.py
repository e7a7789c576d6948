"""A line through points: slides of the gallery take in its regions."""

# region data
import torch

x = torch.linspace(0, 1, 20)
y = 3 * x + 1
# endregion data

# region train
w = torch.zeros(2, requires_grad=True)

for epoch in range(61):
    loss = ((w[0] * x + w[1] - y) ** 2).mean()
    loss.backward()
    w.data -= 0.5 * w.grad
    w.grad = None
    if epoch % 20 == 0:
        print(f"epoch {epoch:2}: loss {loss.item():.4f}")
# endregion train
