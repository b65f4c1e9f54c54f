"""Numbers and times as people read them."""

_MINUTE_S = 60
_HOUR_S = 3600
_ONE_DECIMAL_BELOW = 10


def duration(seconds: float) -> str:
    """Return "0.4 s", "12 s", "3 min 12 s" or "2 h 5 min"."""
    rounded_s = round(seconds)
    if rounded_s >= _HOUR_S:
        return f"{rounded_s // _HOUR_S} h {rounded_s % _HOUR_S // _MINUTE_S} min"
    if rounded_s >= _MINUTE_S:
        return f"{rounded_s // _MINUTE_S} min {rounded_s % _MINUTE_S} s"
    return f"{rounded_s} s" if seconds >= _ONE_DECIMAL_BELOW else f"{seconds:.1f} s"


def size(size_bytes: int) -> str:
    """Return "512 bytes", "1.2 MB" or "41 GB", in powers of ten."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= factor:
            number = size_bytes / factor
            return f"{number:,.0f} {unit}" if number >= _ONE_DECIMAL_BELOW else f"{number:.1f} {unit}"
    return f"{size_bytes} bytes"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """Return "1 article" or "2,000 articles"; `plural` is the singular with an s unless given."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
