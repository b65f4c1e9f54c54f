"""MeSH's subheadings (qualifiers): names, two-letter abbreviations, and which are narrower than which."""

from index.core.text_normalization import folded_value

_NAMES = """
AB abnormalities|AD administration & dosage|AE adverse effects|AG agonists|AA analogs & derivatives|AN analysis
AH anatomy & histology|AI antagonists & inhibitors|BI biosynthesis|BL blood|BS blood supply|CF cerebrospinal fluid
CS chemical synthesis|CI chemically induced|CH chemistry|CL classification|CO complications|CN congenital|CY cytology
DF deficiency|DI diagnosis|DG diagnostic imaging|DH diet therapy|DE drug effects|DT drug therapy|EC economics
ED education|EM embryology|EN enzymology|EP epidemiology|ES ethics|EH ethnology|ET etiology|GE genetics
GD growth & development|HI history|IM immunology|IN injuries|IR innervation|IS instrumentation
IP isolation & purification|LJ legislation & jurisprudence|ME metabolism|MT methods|MI microbiology|MO mortality
NU nursing|OG organization & administration|PS parasitology|PY pathogenicity|PA pathology|PK pharmacokinetics
PD pharmacology|PH physiology|PP physiopathology|PO poisoning|PC prevention & control|PX psychology
RE radiation effects|RT radiotherapy|RH rehabilitation|SC secondary|ST standards|SN statistics & numerical data
SD supply & distribution|SU surgery|TU therapeutic use|TH therapy|TO toxicity|TM transmission|TR transplantation
TD trends|UL ultrastructure|UR urine|VE veterinary|VI virology
"""
_RETIRED = """
CT contraindications|DU diagnostic use|MA manpower|RA radiography|RI radionuclide imaging|SE secretion
US ultrasonography|UT utilization
"""
"""No longer given to articles; older records have them."""

_NARROWER = {
    "adverse effects": "poisoning|toxicity",
    "analysis": "blood|cerebrospinal fluid|isolation & purification|urine",
    "anatomy & histology": "blood supply|cytology|embryology|innervation|pathology|ultrastructure",
    "chemistry": "agonists|analogs & derivatives|antagonists & inhibitors|chemical synthesis",
    "complications": "secondary",
    "cytology": "pathology|ultrastructure",
    "diagnosis": "diagnostic imaging|pathology|radiography|radionuclide imaging|ultrasonography",
    "diagnostic imaging": "radiography|radionuclide imaging|ultrasonography",
    "embryology": "abnormalities",
    "epidemiology": "ethnology|mortality",
    "etiology": (
        "chemically induced|complications|congenital|embryology|genetics|immunology|microbiology|parasitology|"
        "transmission"
    ),
    "metabolism": "biosynthesis|blood|cerebrospinal fluid|deficiency|enzymology|pharmacokinetics|urine",
    "microbiology": "virology",
    "organization & administration": (
        "economics|legislation & jurisprudence|manpower|standards|supply & distribution|trends|utilization"
    ),
    "pharmacology": (
        "administration & dosage|adverse effects|agonists|antagonists & inhibitors|contraindications|diagnostic use|"
        "pharmacokinetics"
    ),
    "physiology": "genetics|growth & development|immunology|metabolism|physiopathology|secretion",
    "statistics & numerical data": "epidemiology|supply & distribution|utilization",
    "surgery": "transplantation",
    "therapeutic use": "administration & dosage|adverse effects|contraindications|poisoning",
    "therapy": "diet therapy|drug therapy|nursing|prevention & control|radiotherapy|rehabilitation|surgery",
}
"""The narrower ones of each, one level down.

Source: MeSH, "Qualifier Hierarchies", https://www.nlm.nih.gov/mesh/subhierarchy.html
"""

ABBREVIATIONS = {
    entry[:2].lower(): entry[3:].strip()
    for entry in f"{_NAMES.strip()}|{_RETIRED.strip()}".replace("\n", "|").split("|")
}
"""Two letters, in lower case -> name. Source: MeSH, https://www.nlm.nih.gov/mesh/topsubscope.html"""

_KNOWN = frozenset(ABBREVIATIONS.values())


def subheading(text: str) -> str | None:
    """Return the name of the subheading that a name or an abbreviation means, or None."""
    name = " ".join("&" if word == "and" else word for word in folded_value(text).split())
    return name if name in _KNOWN else ABBREVIATIONS.get(name)


def with_narrower(name: str) -> frozenset[str]:
    """Return a subheading and all that are narrower."""
    below = (with_narrower(narrower) for narrower in _NARROWER.get(name, "").split("|") if narrower)
    return frozenset({name}).union(*below)
