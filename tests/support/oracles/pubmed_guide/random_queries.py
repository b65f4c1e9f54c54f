"""Random queries in PubMed's language, put together from what articles say."""

import random
import re
from collections.abc import Callable, Sequence

from index.records.article import Article, Author
from tests.support.oracles.pubmed_guide.mesh_table import SUBHEADINGS, MeshTable

STOP_WORDS = """
a about again all almost also although always among an and another any are as at be because been before being
between both but by can could did do does done due during each either enough especially etc for found from
further had has have having here how however i if in into is it its itself just kg km made mainly make may mg
might ml mm most mostly must nearly neither no nor not obtained of often on or our overall perhaps pmid quite
rather really regarding seem seen several should show showed shown shows significantly since so some such than
that the their theirs them then there therefore these they this those through thus to upon use used using
various very was we were what when which while with within without would
"""
WORD_TAGS = ("ti", "ab", "tiab", "tw", "all", "ot", "Title", "Title/Abstract", "Text Word", "All Fields")
DATE_TAGS = ("dp", "edat", "crdt", "mhda", "dcom", "lr", "ppdat", "epdat")
HEADING_TAGS = ("mh", "Mesh", "MeSH Terms", "mh:noexp", "majr", "majr:noexp")
SUBSETS = (
    "medline[sb]", "publisher[sb]", "pubmednotmedline[sb]", "inprocess[sb]", "hasabstract", "free full text[sb]",
    "ffrft[Filter]", "humans[Filter]", "english[Filter]", "female[Filter]", "systematic[sb]", "hasabstract[sb]",
    "animals[Filter]", "aged[Filter]", "review[Filter]", "preprint[Filter]",
)  # fmt: skip


class RandomQueries:
    """Draws queries; the same seed draws the same ones."""

    def __init__(self, articles: Sequence[Article], mesh: MeshTable, seed: int) -> None:
        """Take articles to quote from."""
        self.random = random.Random(seed)  # noqa: S311 - for tests
        self.articles = articles
        self.indexed = [article for article in articles if article.mesh] or list(articles)
        self.mesh = mesh

    def query(self) -> str:
        """Return one query of one to five terms, nested at times."""
        return self._joined(self.random.choice((1, 1, 2, 2, 3, 4, 5)))

    def _joined(self, terms: int) -> str:
        if terms == 1:
            return self.term()
        left = self.random.randint(1, terms - 1)
        parts = [self._bracketed(left), self._bracketed(terms - left)]
        return f" {self.random.choice(('AND', 'AND', 'OR', 'OR', 'NOT'))} ".join(parts)

    def _bracketed(self, terms: int) -> str:
        inner = self._joined(terms)
        return f"({inner})" if terms > 1 and self.random.random() < 0.7 else inner

    def term(self) -> str:
        """Return one term of any kind; kinds that an article lacks are drawn again."""
        while True:
            kind, pool = self.random.choice(KINDS)
            article = self.random.choice(self.indexed if pool == "indexed" else self.articles)
            if text := kind(self, article):
                return text

    def untagged(self) -> str:
        """Return words, a heading, a journal or an author without a tag."""
        while True:
            article = self.random.choice(self.articles)
            people = [str(author) for author in article.authors if author.last_name and author.initials]
            written = [" ".join(self.words(article, self.random.choice((1, 2)))), self.random.choice(self.mesh.written)]
            written += [article.journal.medline_ta or "", *people[:1], *(heading.name for heading in article.mesh[:1])]
            text = self.random.choice(written)
            if text and not re.search(r"[^\w\s,’'-]|\b(AND|OR|NOT)\b", text):
                return text

    def words(self, article: Article, count: int) -> list[str]:
        """Return words that stand side by side in a title or abstract, as written."""
        text = self.random.choice([article.title or "", article.abstract or article.title or ""])
        runs = [run.split() for run in re.split(r"[^\w\s’'\u2010-]+", text)]
        runs = [run for run in runs if len(run) >= count]
        if not runs:
            return []
        run = self.random.choice(runs)
        at = self.random.randint(0, len(run) - count)
        found = run[at : at + count]
        clean = all(re.search(r"\w{2}", word) and word.lower() not in STOP_WORDS.split() for word in found)
        return found if clean and not any(word.upper() in ("AND", "OR", "NOT") for word in found) else []

    def _word(self, article: Article) -> str:
        words = self.words(article, 1)
        return f"{words[0]}[{self.random.choice(WORD_TAGS)}]" if words else ""

    def _phrase(self, article: Article) -> str:
        words = self.words(article, self.random.choice((2, 2, 3)))
        return f'"{" ".join(words)}"[{self.random.choice(WORD_TAGS)}]' if words else ""

    def _unquoted(self, article: Article) -> str:
        words = self.words(article, 2)
        return f"{' '.join(words)}[{self.random.choice(WORD_TAGS[:5])}]" if words else ""

    def _truncated(self, article: Article) -> str:
        words = self.words(article, self.random.choice((1, 1, 2)))
        if not words or not re.fullmatch(r"[A-Za-z]{5,}", words[-1]):
            return ""
        words[-1] = words[-1][: self.random.randint(4, len(words[-1]))] + "*"
        text = " ".join(words)
        return f"{text if len(words) == 1 else chr(34) + text + chr(34)}[{self.random.choice(WORD_TAGS[:5])}]"

    def _near(self, article: Article) -> str:
        words = self.words(article, self.random.choice((3, 4, 5)))
        if not words:
            return ""
        asked = self.random.sample(words, self.random.choice((2, 3)))
        return (
            f'"{" ".join(asked)}"[{self.random.choice(("ti", "tiab", "Title/Abstract"))}:~{self.random.randint(0, 6)}]'
        )

    def _untagged(self, article: Article) -> str:
        words = self.words(article, 1)
        return f"{words[0]} AND {self._word(self.random.choice(self.articles)) or 'cells[tiab]'}" if words else ""

    def _untagged_phrase(self, article: Article) -> str:
        words = self.words(article, 2)
        return f'"{" ".join(words)}"' if words else ""

    def _affiliation(self, article: Article) -> str:
        places = [place for author in article.authors for place in author.affiliations]
        words = re.findall(r"[A-Za-z]{4,}", self.random.choice(places)) if places else []
        return f"{self.random.choice(words)}[ad]" if words else ""

    def _heading(self, article: Article) -> str:
        if not article.mesh:
            return ""
        name: str = self.random.choice(article.mesh).name
        if self.random.random() < 0.4:  # any heading, by one of its names
            name = self.random.choice(self.mesh.written)
        quote = self.random.choice(('"', ""))
        if re.search(r'["\[\]()/]', name):
            return ""
        return f"{quote}{name}{quote}[{self.random.choice(HEADING_TAGS)}]"

    def _pair(self, article: Article) -> str:
        pairs = [(heading.name, which.name) for heading in article.mesh for which in heading.qualifiers]
        if not pairs:
            return ""
        name, qualifier = self.random.choice(pairs)
        code = next((code for code, full in SUBHEADINGS.items() if full == qualifier), qualifier)
        tag = self.random.choice(("mh", "majr", "mh:noexp", "Mesh"))
        return f'"{name}/{self.random.choice((qualifier, code))}"[{tag}]'

    def _subheading(self, article: Article) -> str:
        code, name = self.random.choice(list(SUBHEADINGS.items()))
        used = [which.name for heading in article.mesh for which in heading.qualifiers]
        name = self.random.choice(used) if used and self.random.random() < 0.5 else name
        return f"{self.random.choice((name, code))}[{self.random.choice(('sh', 'Subheading'))}]"

    def _author(self, article: Article) -> str:
        people = [author for author in article.authors if author.last_name and author.initials]
        if not people:
            return ""
        return self._named(self.random.choice((people[0], people[-1], self.random.choice(people))))

    def _named(self, who: Author) -> str:
        last, initials, fore = str(who.last_name), str(who.initials), who.fore_name or str(who.initials)
        tag = self.random.choice(("au", "Author", "1au", "lastau"))
        forms = [f"{last} {initials}[{tag}]", f"{last} {initials[0]}[{tag}]", f"{last}[{tag}]"]
        forms += [f'"{last} {initials}"[au]', f'"{last} {initials[0]}"[au]']
        if len(fore.split()[0]) > 2:
            forms += [f"{fore} {last}[au]", f"{last}, {fore}[au]", f"{last} {fore}[fau]"]
        return self.random.choice(forms)

    def _journal(self, article: Article) -> str:
        journal = article.journal
        name = self.random.choice((journal.title, journal.iso_abbreviation, journal.medline_ta, journal.issn))
        return f'"{name}"[{self.random.choice(("ta", "Journal", "jour"))}]' if name else ""

    def _date(self, article: Article) -> str:
        tag, form = self.random.choice(DATE_TAGS), self.random.random()
        days = sorted(self._day() for _ in range(2))
        cut = [self.random.choice((4, 7, 7, 10)) for _ in days]
        first, last = (day[:size] for day, size in zip(days, cut, strict=True))
        if form < 0.4:
            return f"{first}[{tag}]"
        if form < 0.6:
            return f"{first}:{last}[{tag}]"
        return f'("{first}"[{tag}] : "{self.random.choice((last, "3000"))}"[{tag}])'

    def _day(self) -> str:
        day = self.random.choice(self.articles).electronic or "2021-06-07"
        day = (
            day
            if self.random.random() < 0.5
            else f"2021-{self.random.randint(4, 7):02}-{self.random.randint(1, 28):02}"
        )
        return day.replace("-", "/")

    def _type(self, article: Article) -> str:
        types = [
            *article.types,
            "Clinical Trial",
            "Clinical Study",
            "Guideline",
            "Biography",
            "Controlled Clinical Trial",
        ]
        return f"{self.random.choice(types)}[{self.random.choice(('pt', 'Publication Type', 'ptyp'))}]"

    def _language(self, article: Article) -> str:
        return f"{self.random.choice((*article.languages, 'english', 'german', 'chi', 'Spanish', 'french'))}[la]"

    def _subset(self, _: Article) -> str:
        return self.random.choice(SUBSETS)

    def _substance(self, article: Article) -> str:
        names = [f'"{one.name}"[nm]' for one in (*article.chemicals, *article.supplementary)]
        names += [f"{one.registry_number}[rn]" for one in article.chemicals if one.registry_number not in (None, "0")]
        return self.random.choice(names) if names else ""

    def _number(self, article: Article) -> str:
        journal = article.journal
        values = {
            "vi": journal.volume, "ip": journal.issue, "pg": (journal.pages or "").split("-")[0], "pl": journal.country,
            "jid": journal.nlm_id, "pmid": str(article.pmid), "aid": article.doi, "lid": article.doi,
            "gr": next((grant.number for grant in article.grants if grant.number), None),
            "si": next((bank.accessions[0] for bank in article.data_banks if bank.accessions), None),
            "cn": next((author.collective_name for author in article.authors if author.collective_name), None),
            "auid": next((author.orcid for author in article.authors if author.orcid), None),
            "ir": next((str(who) for who in article.investigators), None),
            "ps": next((str(who) for who in article.named_persons), None),
        }  # fmt: skip
        tag = self.random.choice(list(values))
        value = values[tag]
        return f'"{value}"[{tag}]' if value and not re.search(r'["\[\]()]', value) else ""


KINDS: tuple[tuple[Callable[[RandomQueries, Article], str], str], ...] = tuple(
    (getattr(RandomQueries, f"_{name}"), pool)
    for name, pool, weight in (
        ("word", "any", 3), ("phrase", "any", 3), ("unquoted", "any", 2), ("truncated", "any", 3), ("near", "any", 2),
        ("untagged", "any", 2), ("untagged_phrase", "any", 1), ("affiliation", "any", 1), ("heading", "indexed", 4),
        ("pair", "indexed", 2), ("subheading", "indexed", 2), ("author", "any", 3), ("journal", "any", 2),
        ("date", "any", 3), ("type", "any", 2), ("language", "any", 1), ("subset", "any", 2),
        ("substance", "indexed", 1), ("number", "any", 3),
    )
    for _ in range(weight)
)  # fmt: skip
