"""Where is the first right article for questions in the words of people who are no doctors?

The questions are written for the articles of `make demo`, of which each has a right one: one that says in its title or
abstract what the question is about, in medicine's words. Asked without any of it, with MeSH alone, with MeSH and the
everyday names, and with the abbreviations of its articles too, as a library gets them.
"""

import argparse
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from unittest import mock

from benchmarks._measure import report
from index.lexical.abbreviations import Abbreviations
from index.library.layout import Library
from search.searcher import Searcher

QUESTION = "Where is the first right article for lay questions?"
LOOKED_THROUGH = 100
QUESTIONS = {
    "what to do after a heart attack?": ("myocardial infarction",),
    "low blood sugar": ("hypoglycemi", "hypoglycaemi"),
    "is Tylenol safe?": ("acetaminophen", "paracetamol"),
    "Keytruda": ("pembrolizumab",),
    "side effects of Keytruda in lung cancer": ("pembrolizumab",),
    "high blood pressure treatment": ("hypertension", "hypertensive"),
    "kidney stones": ("nephrolithiasis", "urolithiasis", "kidney stone", "renal calcul", "ureteral stone"),
    "blood clot in the lung": ("pulmonary embol",),
    "broken hip in old people": ("hip fracture",),
    "nosebleed": ("epistaxis",),
    "flu shots": ("influenza vacc",),
    "brain bleed": ("intracranial hemorrhage", "intracerebral hemorrhage", "intracerebral haemorrhage"),
    "hardening of the arteries": ("atherosclero", "arteriosclero"),
    "Humira for bowel disease": ("adalimumab",),
    "trouble swallowing": ("dysphagia",),
    "hair loss": ("alopecia",),
    "yellow skin": ("jaundice",),
    "Prozac in children": ("fluoxetine",),
    "shortness of breath": ("dyspnea", "dyspnoea"),
    "underactive thyroid": ("hypothyroid",),
    "blurry sight from lens clouding, cataracts": ("cataract",),
    "fainting": ("syncop",),
    "itchy skin": ("prurit",),
    "heartburn": ("gastroesophageal reflux", "gerd"),
    "Lou Gehrig's disease": ("amyotrophic lateral",),
    "COPD flare-up": ("chronic obstructive pulmonary", "copd"),
    "CABG recovery": ("coronary artery bypass", "cabg"),
    "TAVI in the elderly": ("transcatheter aortic valve",),
    "NSTEMI treatment": ("non-st-segment elevation", "non-st segment elevation", "non-st elevation", "nstemi"),
    "PTSD in veterans": ("posttraumatic stress", "post-traumatic stress", "ptsd"),
    "ADHD medication": ("attention deficit", "attention-deficit", "adhd"),
    "UTI in women": ("urinary tract infection",),
    "DVT after surgery": ("deep vein thrombo", "deep venous thrombo", "deep-vein thrombo"),
    "PCOS and pregnancy": ("polycystic ovar",),
    "OCD therapy": ("obsessive-compulsive", "obsessive compulsive"),
    "TIA": ("transient ischemic attack", "transient ischaemic attack"),
    "RA drugs": ("rheumatoid arthritis",),
    "CKD stages": ("chronic kidney disease",),
    "AFib blood thinners": ("atrial fibrillation",),
    "continuous positive airway pressure machine": ("cpap", "continuous positive airway"),
    "Lipitor muscle pain": ("atorvastatin",),
    "Herceptin": ("trastuzumab",),
    "Xarelto": ("rivaroxaban",),
    "Avastin eye injection": ("bevacizumab",),
    "Plavix": ("clopidogrel",),
    "chicken pox": ("varicella",),
    "mad cow disease": ("bovine spongiform", "creutzfeldt", "prion"),
    "stomach flu": ("gastroenteritis", "norovirus", "rotavirus"),
    "pink eye": ("conjunctivitis",),
    "shingles": ("herpes zoster",),
    "water on the brain": ("hydrocephalus",),
    "ringing in the ears": ("tinnitus",),
    "lazy eye": ("amblyopia",),
    "pins and needles in the hands": ("paresthesia", "paraesthesia", "carpal tunnel"),
    "tube down the throat to help breathing": ("intubat",),
    "kidney machine": ("dialysis",),
    "weight loss surgery": ("bariatric", "gastric bypass"),
    "removal of the womb": ("hysterectomy",),
    "keyhole surgery": ("laparoscop",),
    "heart tracing": ("electrocardiogra",),
}
"""Each question, and what a right article says."""


def ranks(library: Library) -> dict[str, int | None]:
    """Return the place of the first right article for each question, None behind `LOOKED_THROUGH`."""
    with Searcher.open(library.path) as pubmed:
        return {question: _rank(pubmed, question, right) for question, right in QUESTIONS.items()}


def _rank(pubmed: Searcher, question: str, right: tuple[str, ...]) -> int | None:
    hits = pubmed.search(question, limit=LOOKED_THROUGH).hits
    texts = (f"{hit.article.title} {hit.article.abstract}".lower() for hit in hits)
    return next((place for place, text in enumerate(texts, 1) if any(word in text for word in right)), None)


def summary(found: Mapping[str, int | None]) -> dict[str, object]:
    """Return how many questions have a right article first, in three, in ten; and all ranks."""
    places = [rank for rank in found.values() if rank]
    within = {f"within {most}": sum(rank <= most for rank in places) for most in (1, 3, 10)}
    reciprocal = sum(1 / rank for rank in places) / len(found)
    return {**within, "mean reciprocal rank": round(reciprocal, 3), "ranks": dict(found)}


def main() -> None:
    """Ask with less and less of the vocabulary."""
    parser = argparse.ArgumentParser(description=QUESTION)
    parser.add_argument("--library", help="what `make demo` built (default: PUBMED_LIBRARY, else data/library)")
    original = Library.locate(parser.parse_args().library)
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(shutil.copytree(original.path, Path(folder) / "library")))
        answer = {"abbreviations, MeSH and everyday names": summary(ranks(library))}
        without_abbreviations = mock.patch.object(Abbreviations, "pairs", return_value=())
        without_abbreviations.start()  # and so until the end
        answer["MeSH and everyday names"] = summary(ranks(library))
        with closing(sqlite3.connect(library.mesh)) as connection, connection:
            connection.execute("DELETE FROM everyday")
        answer["MeSH"] = summary(ranks(library))
        library.mesh.unlink()
        answer["neither"] = summary(ranks(library))
    report(QUESTION, {"questions": len(QUESTIONS), **answer}, packages=["tantivy", "faiss-cpu"])


if __name__ == "__main__":
    main()
