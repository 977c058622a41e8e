"""Types texts into cells of a workbook, as a clerk would: fill.py WORKBOOK OUT < cells

The cells are JSON on standard input: [[sheet from 1, row, column letter, text], ...].
"""

import json
import re
import sys
import zipfile
from xml.sax.saxutils import escape


def typed(xml: str, row: int, column: str, text: str) -> str:
    """The XML of a sheet with a text in a cell, in place of what is there."""
    cell = f'<c r="{column}{row}" t="inlineStr"><is><t>{escape(text)}</t></is></c>' if text else ""
    there = re.search(rf'<c r="{column}{row}"[^>]*?(/>|>.*?</c>)', xml)
    if there:
        return xml[: there.start()] + cell + xml[there.end() :]
    line = re.search(rf'<row r="{row}"[^>]*>', xml)
    if line:
        end = xml.index("</row>", line.end())
        return xml[:end] + cell + xml[end:]
    return xml.replace("</sheetData>", f'<row r="{row}">{cell}</row></sheetData>')


def main() -> None:
    cells = json.load(sys.stdin)
    with zipfile.ZipFile(sys.argv[1]) as old, zipfile.ZipFile(sys.argv[2], "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for sheet, row, column, text in cells:
                if name == f"xl/worksheets/sheet{sheet}.xml":
                    content = typed(content.decode(), row, column, text).encode()
            new.writestr(name, content)


main()
