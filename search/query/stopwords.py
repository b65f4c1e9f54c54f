"""Words too common to say anything about an article."""

_PUBMED = """
a about again all almost also although always among an and another any are as at be because been before being between
both but by can could did do does done due during each either enough especially etc for found from further had has have
having here how however i if in into is it its itself just kg km made mainly make may mg might ml mm most mostly must
nearly neither no nor obtained of often on our overall perhaps pmid quite rather really regarding seem seen several
should show showed shown shows significantly since so some such than that the their theirs them then there therefore
these they this those through thus to upon use used using various very was we were what when which while with within
without would
"""
_QUESTIONS = "who whom whose why where will shall am you your me my he she his her him us"

STOP_WORDS = frozenset(f"{_PUBMED} {_QUESTIONS}".split())
"""PubMed's own list, and the words that only make a sentence a question.

Source: PubMed Help, "Stopwords", https://pubmed.ncbi.nlm.nih.gov/help/#help-stopwords
"""
