"""The one way in: a `Source` becomes a `DraftDocument`."""

from remit.kernel.charters.importing.draft import DraftDocument
from remit.kernel.charters.importing.reading.assemble import Assembler
from remit.kernel.charters.importing.reading.clean import Page, read_lines
from remit.kernel.charters.importing.reading.entries import read_entries
from remit.kernel.charters.importing.reading.outline import Outline
from remit.kernel.charters.importing.source import Source


def read_charters(source: Source) -> DraftDocument:
    """Every position of the document with its duties, authority, figures and requirements.

    Never fails: a document without positions gives a draft without positions and a warning that says so.
    """
    page = Page(source)
    raw = Outline(page.strand).feed(read_entries(read_lines(page)))
    assembler = Assembler(source.text)
    found = (assembler.position(position) for position in raw)
    # Requirements alone make no charter: nobody is charged with anything.
    positions = tuple(position for position in found if position.duties or position.authority or position.kpis)
    warnings = () if positions else ("没有在文档里找到岗位：请确认文档含有岗位名称和职责条目。",)
    return DraftDocument(source.name, page.script, positions, warnings)
