"""The query language in a page, for those who write queries by program."""

QUERY_HELP = """\
A plain question ranks the whole library by meaning and words, and leaves nothing out.
A query restricts, exactly and counted, where a sign of syntax is unmistakable:

cancer AND (mice OR rats) NOT humans    operators in capitals, from left to right, brackets first
"heart attack"                          words side by side
metform*                                words that begin so, four letters or more
cancer[ti]                              title; [tiab] title, abstract, keywords; [ab] abstract; [tw] any field
asthma[mh]                              a MeSH heading with all narrower ones; [mh:noexp] alone; [majr] as main topic
"Okafor NB"[au]                         author; [1au] first author; [cn] group; [ad] affiliation
2019:2021[dp]                           published; 2019/03[dp], 2019[dp]; [edat] entered, [lr] revised
review[pt]                              publication type; [la] language; [ta] journal; [nm] substance
900000001[pmid]                         [pmid], [doi], [pmc]; [aid] any identifier; [si] trial; [gr] grant
hasabstract[sb]                         also "free full text"[sb], medline[sb]

The rest of a query ranks what is kept: asthma[mh] AND 2019:2021[dp] does steroid use help children
A PMID, DOI, PMC identifier, title, citation or "author year word" brings its article first.
What cannot be read is refused with its place; what was read otherwise than it looks is said in a warning.
Bounds: 100,000 characters, 10,000 terms, 200 levels of brackets.
"""
