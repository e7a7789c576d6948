"""What two slides show."""


# region halves
def half(x: float) -> float:
    # region inner
    return x / 2
    # endregion


# endregion halves


# region total
def total(x: float) -> float:
    return half(x) / (x - 1)


# endregion total
