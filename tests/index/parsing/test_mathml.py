"""Formulas as a reader would type them, each worked by hand."""

import pytest
from lxml import etree

from index.parsing.mathml import formula

MML = 'xmlns="http://www.w3.org/1998/Math/MathML"'


def text_of(inner: str) -> str:
    return formula(etree.fromstring(f"<math {MML}>{inner}</math>"))


@pytest.mark.fault("R7")
@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<msup> <mi>R</mi> <mn>2</mn> </msup>", "R2"),
        ("<msub><mi>λ</mi><mtext>auto</mtext></msub>", "λ_auto"),
        ("<msup><mn>10</mn><mn>6</mn></msup>", "10^6"),
        ("<msup><mn>10</mn><mrow><mo>-</mo><mn>4</mn></mrow></msup>", "10^-4"),
        ("<msubsup><mi>T</mi><mn>2</mn><mo>∗</mo></msubsup>", "T2∗"),
        ("<msubsup><mi>σ</mi><mi>CC</mi><mi>ex</mi></msubsup>", "σ_CC^ex"),
        ("<msup><mrow><mi>C</mi><mi>a</mi></mrow><mrow><mn>2</mn><mo>+</mo></mrow></msup>", "Ca2+"),
        ("<msup><mi/><mrow><mn>2</mn><mo>+</mo></mrow></msup>", "2+"),
        ("<msub><mi>d</mi><mrow><mi>x</mi><mo>-</mo><mi>y</mi></mrow></msub>", "d_(x-y)"),
        ("<mmultiscripts><mi>He</mi><mprescripts/><none/><mn>3</mn></mmultiscripts>", "3He"),
        (
            "<mmultiscripts><mi>U</mi><mn>1</mn><mo>+</mo><mprescripts/><mn>92</mn><mn>238</mn></mmultiscripts>",
            "238 92U1+",
        ),
        ("<mfrac><mi>SWI</mi><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow></mfrac>", "SWI/(a+b)"),
        ("<mfrac><mi>a</mi></mfrac>", "a"),
        ("<msqrt><mn>3</mn></msqrt>", "√3"),
        ("<msqrt><mi>a</mi><mo>+</mo><mn>1</mn></msqrt>", "√(a+1)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "3√x"),
        ("<mover><mi>ε</mi><mo>˙</mo></mover>", "ε\u0307"),
        ("<mover><mi>lim</mi><mo>→</mo></mover>", "lim→"),
        ("<munder><mi>lim</mi><mrow><mi>n</mi><mo>→</mo><mn>0</mn></mrow></munder>", "lim_(n→0)"),
        ("<munderover><mo>∑</mo><mn>1</mn><mi>n</mi></munderover>", "∑1^n"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a, b)"),
        ("<mfenced open='[' close=']' separators=''><mi>a</mi><mi>b</mi></mfenced>", "[ab]"),
        ("<mfenced separators=';|'><mi>a</mi><mi>b</mi><mi>c</mi><mi>d</mi></mfenced>", "(a; b| c| d)"),
        ("<mn>35.07</mn> <mo>±</mo> <mn>3.84</mn>", "35.07±3.84"),
        ("<mn>1.5</mn><mspace/><mi>s</mi>", "1.5 s"),
        ("<mn>0.05</mn><mtext>&#xa0;</mtext><mi>mol</mi>", "0.05\xa0mol"),
        ("<mn>2</mn><mi>m</mi><mi>a</mi><mi>x</mi>", "2max"),
        ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", "sin x"),
        ("<mn>2</mn><mn>3</mn>", "2 3"),
        ("<mi>x</mi><mn>3</mn>", "x 3"),
        ("<semantics><mi>x</mi><annotation>\\mathit{x}</annotation></semantics>", "x"),
        (
            "<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable>",
            "1, 2; 3",
        ),
        ("loose <mi>x</mi> tail", "loose x tail"),
        ("\n   <mrow>\n     <mo>×</mo>\n   </mrow>\n  ", "×"),
        ("<!-- nothing -->", ""),
    ],
)
def test_a_formula_reads_as_one_would_type_it(inner: str, text: str) -> None:
    assert text_of(inner) == text


@pytest.mark.fault("F10")
def test_rows_nested_1000_deep_are_rendered() -> None:
    source = f"<math {MML}>" + "<mrow>" * 1000 + "<mi>x</mi>" + "</mrow>" * 1000 + "</math>"
    assert formula(etree.fromstring(source, etree.XMLParser(huge_tree=True))) == "x"


@pytest.mark.fault("R7")
def test_a_prefix_or_no_namespace_makes_no_difference() -> None:
    plain = "<math><msup><mi>R</mi><mn>2</mn></msup></math>"
    prefixed = (
        '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msup><m:mi>R</m:mi><m:mn>2</m:mn></m:msup></m:math>'
    )
    assert formula(etree.fromstring(plain)) == formula(etree.fromstring(prefixed)) == "R2"
