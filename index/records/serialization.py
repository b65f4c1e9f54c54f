"""Converts an `Article` to the bytes that the store keeps, and back.

JSON of the dataclass under Zstandard with a dictionary. Measured on 2,697 records of the sample (7,062 bytes of JSON
each): zlib level 6 makes 2,549 bytes in 148 µs, Zstandard level 3 without dictionary 2,659 in 32, with this one 2,163
in 45. A dictionary trained on PubMed itself would make 1,868, and would have to be shipped as a binary.
"""

import re
import threading
from typing import Final

import msgspec
import zstandard

from index.core.errors import LibraryError, RecordError
from index.records.article import Article

LEVEL: Final = 3
LARGEST_BYTES: Final = 64 << 20
"""Of one article before it is compressed; 5,000 authors take 2 million."""
_DAY: Final = re.compile(r"\d{4}(-\d\d){0,2}", re.ASCII)

# Text that many records share, written by hand: NLM's names and our keys, the most common last. Part of the store's
# format: a changed byte makes every store unreadable, so a change needs a new `index.store.schema.VERSION`.
DICTIONARY: Final = (
    '"copyright":"© 2021 The Author(s). Published by Elsevier Ltd. All rights reserved. Springer-Verlag G'
    "mbH Germany, part of Springer Nature. John Wiley & Sons Ltd. Copyright © 2021 Elsevier B.V. This art"
    'icle is protected by copyright.""conflict_of_interest":"The authors declare no conflict of interest.'
    " The authors declare that they have no known competing financial interests or personal relationships"
    ' that could have appeared to influence the work reported in this paper.""grants":[{"number":"R01 ","'
    'acronym":"NH","agency":"NHLBI NIH HHS","country":"United States"},{"number":null,"acronym":null,"age'
    'ncy":"National Natural Science Foundation of China","country":null}]"links":[{"kind":"CommentIn","so'
    'urce":"ErratumIn","pmid":null,"note":null}]"chemicals":[{"ui":"D000","name":"","registry_number":"0"'
    '}],"supplementary":[{"ui":"C000","name":"","kind":"Disease"}]{"ui":"D006801","name":"Humans","major"'
    ':false,"qualifiers":[]},{"ui":"D005260","name":"Female","major":false,"qualifiers":[]},{"ui":"D00829'
    '7","name":"Male","major":false,"qualifiers":[]},{"ui":"D000328","name":"Adult","major":false,"qualif'
    'iers":[]},{"ui":"D000818","name":"Animals","major":false,"qualifiers":[{"ui":"Q000378","name":"metab'
    'olism","major":true}]}"languages":["eng"],"types":["Journal Article","Review","Research Support, Non'
    '-U.S. Gov\'t","Case Reports","Letter"],"mesh":[],"supplementary":[],"chemicals":[],"keywords":[{"text'
    '":"","major":false,"owner":"NOTNLM"},{"text":""}],"genes":[],"grants":[],"references":[{"citation":"'
    'et al. J Med. 2019;12(3):1-10. doi: 10.1016/j. 2018 Jan;","pmid":3,"ids":[{"kind":"pubmed","value":"'
    '2"},{"kind":"pmc","value":"PMC"},{"kind":"doi","value":"10.1"}]},{"citation":null,"pmid":null,"ids":'
    '[]}],"links":[],"conflict_of_interest":null,"book":null}"journal":{"title":"International journal of'
    ' ","iso_abbreviation":"J ","medline_ta":"J ","issn":"1","issn_linking":"0","nlm_id":"10","country":"'
    'United States","country":"England","country":"Netherlands","country":"Switzerland","volume":"1","iss'
    'ue":null,"issue":"1","pages":"1-"},"published":{"year":"2021","month":"Jun","day":null,"season":null'
    ',"medline_date":null,"first":"2021-06-01","last":"2021-06-30"},"electronic":"2021-06-","entrez":"202'
    '1-06-07","completed":null,"revised":"2021-06-07","publication_status":"aheadofprint","publication_st'
    'atus":"ppublish","publication_status":"epublish","ids":[{"kind":"pubmed","value":"3"},{"kind":"doi",'
    '"value":"10.1016/j."},{"kind":"pii","value":"S"},{"kind":"pmc","value":"PMC8"}],"sections":[{"label"'
    ':"BACKGROUND","category":"BACKGROUND","text":"The aim of this study was to ","starts":[0]},{"label":'
    '"METHODS","category":"METHODS","text":"Patients were ","starts":[0,1]},{"label":"RESULTS","category"'
    ':"RESULTS","text":"There was no significant difference between ","starts":[0,1]},{"label":"CONCLUSIO'
    'NS","category":"CONCLUSIONS","text":"Our results suggest that ","starts":[0,1]}],Department of , Sch'
    "ool of Medicine, Faculty of , University of , University Hospital, Institute of , College of , Key L"
    "aboratory of , State Key Laboratory, Division of , National , Center for , Research , Technology, Be"
    "ijing, China. , Shanghai, China. People's Republic of China. Japan. Italy. Germany. France. India. S"
    'pain. UK. United Kingdom. New York, NY, USA. Electronic address: @gmail.com. {"last_name":"Wang","fo'
    're_name":"Li","initials":"L","suffix":null,"collective_name":null,"orcid":"0000-000","affiliations":'
    '["Department of "]},{"last_name":"Zhang","fore_name":"","initials":"","suffix":null,"collective_name'
    '":null,"orcid":null,"affiliations":[]}],"authors_complete":true,{"pmid":3400000,"version":1,"status"'
    ':"Publisher","owner":"NLM","status":"PubMed-not-MEDLINE","owner":"NLM","status":"MEDLINE","owner":"N'
    'LM","title":"The effect of ","vernacular_title":null,"sections":[{"label":null,"category":null,"text'
    '":"","starts":[0,1]}],"other_abstracts":[],"copyright":null,"authors":[{"last_name":"'
).encode()

_ZSTD_DICTIONARY = zstandard.ZstdCompressionDict(DICTIONARY, dict_type=zstandard.DICT_TYPE_RAWCONTENT)
_ZSTD_DICTIONARY.precompute_compress(level=LEVEL)
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Article)


class _Codec(threading.local):
    """One per thread: Zstandard's objects must not be shared, and take milliseconds to create."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=_ZSTD_DICTIONARY, write_checksum=True)
        self.decompressor = zstandard.ZstdDecompressor(dict_data=_ZSTD_DICTIONARY)


_CODEC = _Codec()


def pack(article: Article) -> bytes:
    """Return the article as bytes; equal articles give equal bytes.

    Raises:
        RecordError: It is larger than `LARGEST_BYTES`.
    """
    content = _ENCODER.encode(article)
    if len(content) > LARGEST_BYTES:
        raise RecordError(f"the article has {len(content):,} bytes, more than {LARGEST_BYTES:,}")
    return _CODEC.compressor.compress(content)


def unpack(packed: bytes) -> Article:
    """Return the article that was packed.

    Raises:
        LibraryError: The bytes are damaged.
    """
    try:
        # The frame says how much memory it takes; for an unknown size it says -1.
        if not 0 <= zstandard.frame_content_size(packed) <= LARGEST_BYTES:
            raise ValueError(f"it should take at most {LARGEST_BYTES:,} bytes")
        article = _DECODER.decode(_CODEC.decompressor.decompress(packed))
        published, record = article.published, (article.entrez, article.entered, article.indexed)
        for day in (published.first, published.last, article.electronic, *record, article.completed, article.revised):
            if day and not _DAY.fullmatch(day):
                raise ValueError(f"{day!r:.20} is not a day")
    except (zstandard.ZstdError, ValueError, TypeError) as error:
        raise LibraryError(
            f"An article in the store is damaged ({error}). Find out which one:\n  rebuild-index --verify"
        ) from error
    return article
