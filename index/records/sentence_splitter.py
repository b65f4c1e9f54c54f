"""Where the sentences of a text begin."""

import re

import sentencex

# NLM's language codes (MARC) of the abstracts seen in PubMed, as the splitter names them.
_LANGUAGES = {
    "ara": "ar",
    "chi": "zh",
    "cze": "cs",
    "dan": "da",
    "dut": "nl",
    "eng": "en",
    "fin": "fi",
    "fre": "fr",
    "ger": "de",
    "gre": "el",
    "hun": "hu",
    "ita": "it",
    "jpn": "ja",
    "kor": "ko",
    "per": "fa",
    "pol": "pl",
    "por": "pt",
    "rum": "ro",
    "rus": "ru",
    "slo": "sk",
    "spa": "es",
    "swe": "sv",
    "tur": "tr",
    "ukr": "uk",
}
# "Salmonella spp. | infection" and "the mol. | wt." do not end a sentence; "mTOR ...", "p53 ..."
# and "miR-590 ..." may begin one.
_LOWER_WORD = re.compile(r"[a-z]{2,}(?![\w‐‑-])")
_LETTER = re.compile(r"[^\W\d_]")


def sentence_starts(text: str, language: str | None = "eng") -> tuple[int, ...]:
    """Return the offset, in characters, at which each sentence of `text` begins.

    Args:
        text: Any text; the sentences cut at these offsets join to it, white space included.
        language: NLM's code of its language; an unknown one is split by the rules of English.

    Returns:
        Ascending offsets, the first 0; none for an empty text.
    """
    if not text:
        return ()
    segments = sentencex.segment(_LANGUAGES.get(language or "eng", "en"), text)
    if sum(map(len, segments)) != len(text):
        return (0,)  # the splitter changed the text, so its cuts cannot be trusted
    starts, offset, after_number = [], 0, False
    for segment in segments:
        if not offset or not (after_number or _LOWER_WORD.match(segment)):
            starts.append(offset)
        after_number = not _LETTER.search(segment)  # "2. " belongs to the next segment
        offset += len(segment)
    return tuple(starts)
