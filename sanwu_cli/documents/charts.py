"""Native charts in a document: a chart part and the little workbook behind it, open to changes by people."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.documents.blocks import Chart

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_RELATIONSHIPS = "application/vnd.openxmlformats-package.relationships+xml"
# A twip in the unit of drawings; three charts in a row across, two upright; 55 mm high.
_EMU = 635
_WIDTH = {True: 4230, False: 4400}
_HEIGHT = 3118
# Numbers the colophon's drawing does not have.
_FIRST_ID = 101
# Dark enough to be seen after the copier.
_FILL = "404040"
_FACE = "宋体"
_POINTS = 900


def write_charts(charts: Sequence[tuple[int, Chart]], *, landscape: bool) -> str:
    """Write the runs that show charts, each with its number in the document, from 1."""
    width, height = _WIDTH[landscape] * _EMU, _HEIGHT * _EMU
    return "".join(
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{_FIRST_ID + number}" name="图{number}" descr="{escape(describe_chart(chart))}"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_DRAWING}/chart">'
        f'<c:chart xmlns:c="{_DRAWING}/chart" r:id="rIdChart{number}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        for number, chart in charts
    )


def describe_chart(chart: Chart) -> str:
    """Say in words what a chart shows, for who cannot see it."""
    return f"{chart.title}：{'，'.join(f'{label} {text}' for label, text in chart.points)}"


def add_charts(
    members: dict[str, bytes], charts: Sequence[Chart], books: Sequence[bytes], fonts: Mapping[str, str]
) -> None:
    """Add the parts of charts and the workbooks behind them (see `list_book_parts`) to a package."""
    face = fonts.get(_FACE, _FACE)
    overrides, relations = "", ""
    for number, (chart, book) in enumerate(zip(charts, books, strict=True), start=1):
        name = f"chart{number}.xml"
        members[f"word/charts/{name}"] = _write_chart(chart, face).encode()
        members[f"word/charts/_rels/{name}.rels"] = _write_relations(
            f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/package"'
            f' Target="../embeddings/chart{number}.xlsx"/>'
        )
        members[f"word/embeddings/chart{number}.xlsx"] = book
        overrides += f'<Override PartName="/word/charts/{name}" ContentType="{_CHART_TYPE}"/>'
        relations += (
            f'<Relationship Id="rIdChart{number}" Type="{_OFFICE}/relationships/chart"'
            f' Target="charts/{name}"/>'
        )
    types = f'<Default Extension="xlsx" ContentType="{_BOOK_TYPE}sheet"/>'
    _insert(members, "[Content_Types].xml", "<Override ", types, first=True)
    _insert(members, "[Content_Types].xml", "</Types>", overrides)
    _insert(members, "word/_rels/document.xml.rels", "</Relationships>", relations)


def _insert(members: dict[str, bytes], name: str, mark: str, text: str, *, first: bool = False) -> None:
    whole = members[name].decode()
    at = whole.index(mark) if first else whole.rindex(mark)
    members[name] = (whole[:at] + text + whole[at:]).encode()


def _write_relations(inner: str) -> bytes:
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'.encode()


def _label(label: str, text: str) -> str:
    """Give a point's label; where there is no number it says why."""
    return label if text.isdecimal() else f"{label}\n{text}"


def _write_chart(chart: Chart, face: str) -> str:
    count = len(chart.points)
    labels = "".join(
        f'<c:pt idx="{index}"><c:v>{escape(_label(*point))}</c:v></c:pt>'
        for index, point in enumerate(chart.points)
    )
    values = "".join(
        f'<c:pt idx="{index}"><c:v>{int(text)}</c:v></c:pt>'
        for index, (_, text) in enumerate(chart.points)
        if text.isdecimal()
    )
    known = max((int(text) for _, text in chart.points if text.isdecimal()), default=0)
    # Whole cases only: without numbers of its own the axis of a small chart would count in halves.
    step = f'<c:majorUnit val="{max(1, -(-known // 5))}"/>'
    shape = f'<c:spPr><a:solidFill><a:srgbClr val="{_FILL}"/></a:solidFill></c:spPr>'
    shown = (
        '<c:dLbls><c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/>'
        '<c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
    )
    grid = '<c:majorGridlines><c:spPr><a:ln w="6350">'
    grid += '<a:solidFill><a:srgbClr val="D9D9D9"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>'
    return (
        f'{_DECLARATION}<c:chartSpace xmlns:c="{_DRAWING}/chart" xmlns:a="{_DRAWING}/main"'
        f' xmlns:r="{_OFFICE}/relationships"><c:roundedCorners val="0"/><c:chart>'
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr>{_type('a:defRPr', face, 1050)}</a:pPr><a:r>"
        f"{_type('a:rPr', face, 1050)}<a:t>{escape(chart.title)}</a:t></a:r></a:p></c:rich></c:tx>"
        '<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/><c:barChart>'
        '<c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/><c:ser><c:idx val="0"/>'
        f'<c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/>'
        '<c:pt idx="0">'
        f"<c:v>{escape(chart.title)}</c:v></c:pt></c:strCache></c:strRef></c:tx>{shape}"
        f'<c:invertIfNegative val="0"/>{shown}<c:cat><c:strRef>'
        f"<c:f>Sheet1!$A$2:$A${count + 1}</c:f><c:strCache>"
        f'<c:ptCount val="{count}"/>{labels}</c:strCache></c:strRef></c:cat><c:val><c:numRef>'
        f"<c:f>Sheet1!$B$2:$B${count + 1}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val></c:ser><c:gapWidth val="80"/>'
        '<c:axId val="1"/><c:axId val="2"/></c:barChart>'
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="b"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        '<c:tickLblPos val="low"/>'
        '<c:crossAx val="2"/></c:catAx><c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/>'
        f'<c:max val="{max(1, known + -(-known // 5))}"/><c:min val="0"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="l"/>{grid}<c:numFmt formatCode="0" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/>{step}</c:valAx>'
        '</c:plotArea><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:ln><a:noFill/></a:ln>"
        f"</c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr>{_type('a:defRPr', face, _POINTS)}</a:pPr><a:endParaRPr"
        ' lang="zh-CN"/></a:p></c:txPr><c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'
        "</c:chartSpace>"
    )


def _type(tag: str, face: str, size: int) -> str:
    name = escape(face)
    return (
        f'<{tag} lang="zh-CN" sz="{size}" b="0"><a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
        f'<a:latin typeface="{name}"/><a:ea typeface="{name}"/></{tag}>'
    )


def list_book_parts(chart: Chart) -> dict[str, bytes]:
    """List the parts of the workbook behind a chart: labels and numbers, blank where a number is missing."""
    rows = [f'<row r="1">{_text("A1", "")}{_text("B1", chart.title)}</row>']
    for line, (label, text) in enumerate(chart.points, start=2):
        number = f'<c r="B{line}"><v>{int(text)}</v></c>' if text.isdecimal() else ""
        rows.append(f'<row r="{line}">{_text(f"A{line}", _label(label, text))}{number}</row>')
    relation = f"{_OFFICE}/relationships"
    return {
        "[Content_Types].xml": (
            f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="{_RELATIONSHIPS}"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_BOOK_TYPE}sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_BOOK_TYPE}worksheet+xml"/>'
            "</Types>"
        ).encode(),
        "_rels/.rels": _write_relations(
            f'<Relationship Id="rId1" Type="{relation}/officeDocument" Target="xl/workbook.xml"/>'
        ),
        "xl/workbook.xml": (
            f'{_DECLARATION}<workbook xmlns="{_SHEETS}" xmlns:r="{relation}"><sheets>'
            '<sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": _write_relations(
            f'<Relationship Id="rId1" Type="{relation}/worksheet" Target="worksheets/sheet1.xml"/>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'{_DECLARATION}<worksheet xmlns="{_SHEETS}"><sheetData>{"".join(rows)}</sheetData></worksheet>'
        ).encode(),
    }


def _text(cell: str, text: str) -> str:
    return f'<c r="{cell}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' if text else ""
