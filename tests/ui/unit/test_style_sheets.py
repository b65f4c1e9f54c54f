"""The style sheets: one scale of type, and no style of an element that is never drawn."""

import re

from ui.layout.frame import FOLDER, STYLES

SIZES = {"--small", "--meta", "--text", "--title", "--page"}


def test_type_has_five_sizes_only() -> None:
    text = "".join((FOLDER / name).read_text(encoding="utf-8") for name in STYLES)
    used = set(re.findall(r"font-size: ([^;]+);", text))
    assert used == {f"var({size})" for size in SIZES}
    defined = re.findall(r"(--(?:small|meta|text|title|page)): ([.\d]+)rem", text)
    assert {name for name, _ in defined} == SIZES
    assert [float(size) for _, size in defined] == sorted({float(size) for _, size in defined})


def test_every_style_sheet_is_served_and_every_class_of_one_is_in_the_source() -> None:
    assert {path.name for path in FOLDER.glob("*.css")} == set(STYLES)
    styles = "".join(re.sub(r"/\*.*?\*/", "", (FOLDER / name).read_text(encoding="utf-8")) for name in STYLES)
    classes = set(re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", styles))
    sources = [*FOLDER.parent.rglob("*.py"), *FOLDER.glob("*.js")]
    source = "".join(path.read_text(encoding="utf-8") for path in sources)
    streamlit = {"st-key-years"}
    drawn = {name for name in classes if re.search(rf"\b{re.escape(name)}\b", source)}
    topics = {f"t{number}" for number in range(8)}
    assert classes - drawn - streamlit - topics == set()
