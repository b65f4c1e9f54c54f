"""Each field tag on a few invented articles, with the articles that it keeps worked out by hand."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from index.core.progress import SILENT
from index.engine.columns import NO_YEAR
from index.engine.filter_index import FilterIndex, FilterIndexWriter
from index.lexical.mesh import Mesh
from index.lexical.mesh_loader import load_mesh
from search.query.query_reader import read_query
from search.query.terms.subheadings import ABBREVIATIONS, with_narrower
from tests.support.fakes.fake_index import stems
from tests.support.records.tagged_articles import ARTICLES, MESH


@pytest.fixture(scope="module")
def mesh(tmp_path_factory: pytest.TempPathFactory) -> Mesh:
    folder = tmp_path_factory.mktemp("mesh")
    (folder / "mesh.tsv").write_text(MESH)
    load_mesh(folder / "mesh.tsv", folder / "mesh.sqlite", progress=SILENT)
    return Mesh.open(folder / "mesh.sqlite")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> FilterIndex:
    folder: Path = tmp_path_factory.mktemp("tags")
    articles = sorted(ARTICLES, key=lambda record: -record.pmid)
    writer = FilterIndexWriter(folder)
    for record in articles:
        writer.add(record)
    writer.finish()
    np.save(folder / "years.npy", np.array([record.year or NO_YEAR for record in articles], dtype=np.int16))
    return FilterIndex(folder, np.array([record.pmid for record in articles], dtype=np.int64))


def kept(text: str, index: FilterIndex, mesh: Mesh) -> list[int]:
    expression = read_query(text, None, stems, mesh=mesh, today=date(2022, 3, 31)).read_as.filter_expression
    mask = index.rows(expression)
    rows = range(len(ARTICLES)) if mask is None else np.flatnonzero(mask)
    return sorted(int(index.pmids[row]) - 900_000_000 for row in rows)


CASES = {
    "words": {
        "honey bees[ti]": [1],
        '"honey bees"[Title]': [1],
        "bees honey[ti]": [],
        "bees[ti] honey[ti]": [1, 2],
        "bienen[ti]": [],
        "bienen[tt]": [2],
        "Bienen[Transliterated Title]": [2],
        "abejas[ab]": [1],
        "abejas[oab]": [1],
        "abejas[tiab]": [1],
        "pollen[tiab]": [1],
        "pollen[Other Term]": [1],
        "pollen[ti]": [],
        "pollen[tw]": [1],
        "lemon[tw]": [1],
        "diet therapy[Text Word]": [1],
        "honey group[tw]": [1],
        "mendel[tw]": [2],
        "a long note[tw]": [2],
        "umea[tw]": [],
        "umea[ad]": [1],
        "umea[All Fields]": [1],
        "12[all] 113[all] sweden[all]": [1],
        "beeswax[cois]": [1],
        "honey group[cn]": [1],
        "honey*[cn]": [1],
        "hasabstract[tw]": [1],
        "hasstructuredabstract": [1],
        "hascommentin NOT bees[ab]": [2],
        "SampleReviews[ti]": [3],
        "pollen[ti,ab,kw]": [1],
        "pollen[ab/ti]": [1],
        "pollen[ti or ab]": [1],
    },
    "truncation": {
        "wood*[ti]": [1, 2],
        '"lung canc*"': [1],
        "lung canc*[tiab]": [1],
        "behavio* therap*[tiab]": [1],
        "behavio* therapy[tiab]": [1],
        "behavio* thera[tiab]": [],
        "old wood* hive*[ti]": [1],
    },
    "proximity": {
        '"hives bees"[ti:~3]': [1, 2],
        '"hives bees"[ti:~2]': [],
        '"bees near old"[ti:~0]': [1],
        '"old near bees"[Title:~0]': [1],
        '"honey hives bees"[Title/Abstract:~3]': [1, 2],
        '"honey hives bees"[Title/Abstract:~2]': [2],
        '"honey hives bees"[Title/Abstract:~1]': [],
        '"umea sweden"[ad:~1]': [1],
        '"wooden bees" [ tiab :~ 4 ]': [1, 2],
    },
    "people": {
        "okafor[au]": [1, 2],
        "okafor n[au]": [1, 2],
        '"okafor n"[au]': [2],
        "Okafor NB Jr[au]": [1],
        "Okafor, Ngozi B[fau]": [1],
        "Ngozi B Okafor[Full Author Name]": [1],
        "Ngozi, Okafor[fau]": [],
        "Ngozi, Okafor[au]": [],
        "Okafor, N[au]": [1, 2],
        "van der berg m[au]": [1],
        "smith[au]": [2],
        "smith*[au]": [2, 3],
        "smith j*[au]": [2],
        "okafor[1au]": [1, 2],
        "van der berg[1au]": [],
        "van der berg m[lastau]": [1],
        "okafor[lastau]": [],
        "smith ja[Author - Last]": [2],
        "mendel g[ps]": [2],
        "nap n[ir]": [2],
        "edda e[ed]": [3],
    },
    "journal, volume, page": {
        "J Sample Rec[ta]": [1],
        "j. sample rec.[jour]": [1],
        "Journal of Sample Records[Journal]": [1],
        "journal of samp*[ta]": [1],
        "lancet[ta]": [2],
        "1234-5678[is]": [1],
        "2985213R [jid]": [2],
        "12[vi]": [1],
        "3[ip]": [2],
        "3 Suppl 1[Issue]": [1],
        "113[pg]": [1],
        "113-25[pagination]": [1],
        "S9[pg]": [2],
        "England[pl]": [2],
        "samplereviews[book]": [3],
        "sample press[pubn]": [3],
        "9780000000001[isbn]": [3],
    },
    "identifiers, substances, numbers": {
        "10.1000/X1[aid]": [2],
        "S0140-1[lid]": [2],
        "S0140-1[pii]": [2],
        "PMC12[pmcid]": [2],
        "900000001 900000003[pmid]": [1, 3],
        "900000002[UID]": [2],
        "metformin[nm]": [2],
        "sample fever[Supplementary Concept]": [2],
        "metf*[nm]": [2],
        "657-24-9[rn]": [2],
        "NCT00000001[si]": [2],
        "ClinicalTrials.gov[si]": [2],
        "AB012345[gr]": [2],
        "R01*[Grant Number]": [2],
        "German[la]": [2],
        "eng[la]": [1],
    },
    "headings": {
        "fruit[mh]": [1, 2],
        "fruits[MeSH Terms]": [1, 2],
        "fruit[mh:noexp]": [2],
        "Fruit[Mesh: NoExp]": [2],
        "frui*[mh]": [2],
        "fruit[majr]": [1, 2],
        "lemon[majr]": [1],
        "fruit/diet therapy[mh]": [1],
        '"Fruit/therapy"[mh]': [1],
        "fruit/dh[mh]": [1],
        "fruit/therapy[mh:noexp]": [],
        "lemon/diet therapy[mh:noexp]": [1],
        '"Fruit/adverse effects"[MAJR]': [2],
        "fruit/surgery[mh]": [],
        "diet therapy[sh]": [1],
        "dh [sh]": [1],
        "therapy[Subheading]": [1],
        "therapy[sh:noexp]": [],
        "AE[MeSH Subheading]": [2],
        "adverse effects[sh] NOT review[pt]": [],
        "Phosphates/metabolism study[mh]": [],
    },
    "types and subsets": {
        "review[pt]": [2],
        "clinical trial[pt]": [1],
        "clinical trial[pt:noexp]": [],
        '"journal article"[Publication Type]': [1],
        "random*[pt]": [1],
        "medline[sb]": [1],
        "in process[sb]": [2],
        "inprocess[filter]": [2],
        "humans[Filter]": [1],
        "animals[filter]": [1, 2],
        "other animals[sb]": [1, 2],
        "adult[Filter]": [],
        "wooden NOT pmcbook": [1, 2],
        "year NOT pmcbook": [],
        "pubstatusepublish AND bees": [1],
        "ffrft[Filter]": [2],
        "loattrfree full text[sb]": [2],
        '"free full text"[sb]': [2],
        "english[Filter]": [1],
        "german[sb]": [2],
        "jsubsetaim[text]": [1],
        "jsubsetaim[sb]": [1],
        "preprint[filter]": [3],
        "excludepreprints[Filter]": [1, 2],
        "randomizedcontrolledtrial[Filter]": [1],
        "clinicaltrial[Filter]": [1],
        "hasabstract[sb]": [1],
        "hascommentin[sb]": [2],
        "pmcbook[sb]": [3],
        "data[Filter]": [2],
        "all[sb] NOT bees[ti]": [3],
    },
    "dates": {
        "2020[dp]": [1],
        "2019[dp]": [1],
        "2020/04[dp]": [1],
        "2020/01:2020/03[dp]": [],
        "2021[dp]": [2, 3],
        "2021/06[dp]": [2],
        "2021/01/01[dp]": [3],
        "2021/06/01:2021/06/30[dp]": [2],
        "2021/02:2021/12[dp]": [2],
        "2020:[dp]": [1, 2, 3],
        ":2020[dp]": [1],
        "2021:3000[dp]": [2, 3],
        '"2021"[PDAT] : "3000"[PDAT]': [2, 3],
        "2019[ppdat]": [],
        "2019/12[epdat]": [1],
        "2020/01/02[crdt]": [1],
        "2020/01/02[edat]": [],
        "2020/01/03[edat]": [1],
        "2020/02/04[mhda]": [1],
        "2021/06/21[mhda]": [2],
        "2020/02[dcom]": [1],
        "2021[dcom]": [],
        "2020/06/07[lr]": [1],
        '"last 1 year"[dp]': [2],
        "last 15 months[dp]": [2, 3],
        '"last 300 days"[crdt]': [2],
        "bees last 1 year[dp]": [2],
        "2021[year]": [2, 3],
    },
}  # fmt: skip


@pytest.mark.parametrize("text", [text for cases in CASES.values() for text in cases])
def test_a_tag_keeps_the_articles_worked_out_by_hand(text: str, index: FilterIndex, mesh: Mesh):
    expected = next(cases[text] for cases in CASES.values() if text in cases)
    assert kept(text, index, mesh) == expected


def test_the_reading_says_the_day_that_relative_dates_count_from():
    read_as = read_query('"last 5 years"[dp]', None, stems, today=date(2024, 2, 29)).read_as
    assert read_as.description == (
        "only published since 2019/02/28 (last 5 years, counted on 2024/02/29); newest first"
    )


def test_mesh_has_76_subheadings_and_ours_keep_8_that_are_retired():
    assert len(ABBREVIATIONS) == 76 + 8
    assert with_narrower("therapy") == {
        *("therapy", "diet therapy", "drug therapy", "nursing", "prevention & control", "radiotherapy"),
        *("rehabilitation", "surgery", "transplantation"),
    }


def test_a_heading_that_does_not_exist_is_said_with_the_nearest_and_hundreds_of_them_cost_no_more(mesh: Mesh):
    [descriptor, *_] = mesh.descriptors()
    slip = f"{descriptor.name[:-2]}{descriptor.name[-1]}"
    assert (
        f"MeSH has no heading {slip!r}. Did you mean {descriptor.name!r}?"
        in read_query(f"{slip}[mh]", None, stems, mesh=mesh).read_as.warnings
    )
    many = " OR ".join(f"{slip}{number}[mh]" for number in range(200))
    warnings = read_query(many, None, stems, mesh=mesh).read_as.warnings
    assert sum("Did you mean" in warning for warning in warnings) <= 3
