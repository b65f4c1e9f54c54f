"""MeSH's qualifiers by the two letters that other houses write behind a heading."""

SUBHEADINGS = dict(
    entry.split("=")
    for entry in """
aa=analogs & derivatives;ab=abnormalities;ad=administration & dosage;ae=adverse effects;ag=agonists;
ah=anatomy & histology;ai=antagonists & inhibitors;an=analysis;bi=biosynthesis;bl=blood;bs=blood supply;
cf=cerebrospinal fluid;ch=chemistry;ci=chemically induced;cl=classification;cn=congenital;co=complications;
cs=chemical synthesis;ct=contraindications;cy=cytology;de=drug effects;df=deficiency;dg=diagnostic imaging;
dh=diet therapy;di=diagnosis;dt=drug therapy;du=diagnostic use;ec=economics;ed=education;eh=ethnology;
em=embryology;en=enzymology;ep=epidemiology;es=ethics;et=etiology;ge=genetics;gd=growth & development;hi=history;
im=immunology;in=injuries;ip=isolation & purification;ir=innervation;is=instrumentation;
lj=legislation & jurisprudence;me=metabolism;mi=microbiology;mo=mortality;mt=methods;nu=nursing;
og=organization & administration;pa=pathology;pc=prevention & control;pd=pharmacology;ph=physiology;
pk=pharmacokinetics;po=poisoning;pp=physiopathology;ps=parasitology;px=psychology;py=pathogenicity;
ra=radiation effects;re=radiation effects;rh=rehabilitation;ri=radionuclide imaging;rt=radiotherapy;
sc=secondary;sd=supply & distribution;sn=statistics & numerical data;sp=supply & distribution;st=standards;
su=surgery;td=trends;th=therapy;tm=transmission;to=toxicity;tr=transplantation;tu=therapeutic use;
ul=ultrastructure;ur=urine;us=ultrasonography;ut=utilization;ve=veterinary;vi=virology
""".replace("\n", "").split(";")
)
"""Source: NLM, "MeSH Qualifiers with Scope Notes", their two-letter abbreviations."""

CODES = "|".join(SUBHEADINGS)


def heading(name: str, *, exploded: bool, major: bool, codes: str = "") -> str:
    """Return a MeSH heading in PubMed's language, one for each of its subheadings.

    Args:
        name: The heading.
        exploded: Whether narrower headings count.
        major: Whether it must be a main topic.
        codes: Codes or names of subheadings, separated by commas.
    """
    name = " ".join(name.replace('"', " ").replace("[", " ").replace("]", " ").split())
    tag = ("majr" if major else "mh") + ("" if exploded else ":noexp")
    read = [code.strip() for code in codes.split(",") if code.strip()]
    names = [f"{name}/{SUBHEADINGS.get(code.lower(), code.lower())}" for code in read] or [name]
    written = [f'"{text}"[{tag}]' for text in names]
    return written[0] if len(written) == 1 else f"({' OR '.join(written)})"
