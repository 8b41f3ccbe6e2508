"""Probabilities in percent, for people."""


def percentage(probability: float) -> str:
    """Return a probability, 0 to 1, in percent; never rounded to certainty."""
    if probability >= 0.9995:
        return "> 99.9%"
    if 0 < probability < 0.0005:
        return "< 0.1%"
    return f"{probability:.1%}"
