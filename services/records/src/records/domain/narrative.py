"""A resource's narrative (`text.div`): XHTML that formats text, and nothing that runs, sends or loads anything.

FHIR's own rule (txt-1 to txt-3, http://hl7.org/fhir/R4/narrative.html), as a list of what is allowed: elements that
format, links, and images within the resource.
"""

import html.entities
import re

from lxml import etree

from records.domain.ingests import ResourceRefused

XHTML = "{http://www.w3.org/1999/xhtml}"
ELEMENTS = frozenset(
    {
        *("a", "abbr", "acronym", "address", "b", "bdo", "big", "blockquote", "br", "caption", "cite", "code", "col"),
        *(
            "colgroup",
            "dd",
            "dfn",
            "div",
            "dl",
            "dt",
            "em",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "i",
            "img",
            "kbd",
        ),
        *("li", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "tr", "tt", "u", "ul", "var"),
    }
)
ATTRIBUTES = frozenset(
    {
        *("abbr", "align", "alt", "axis", "border", "cellpadding", "cellspacing", "char", "charoff", "class"),
        *("cite", "colspan", "dir", "frame", "headers", "height", "href", "id", "lang", "longdesc", "name", "nowrap"),
        *(
            "rel",
            "rowspan",
            "rules",
            "scope",
            "span",
            "src",
            "style",
            "summary",
            "title",
            "type",
            "valign",
            "value",
            "width",
        ),
        "{http://www.w3.org/XML/1998/namespace}lang",
    }
)
LINK = re.compile(r"(https?://|mailto:|tel:|#)", re.IGNORECASE)
PLAIN_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.\-]*(#.*)?")  # to another resource, without any scheme
IMAGE = re.compile(r"#|data:image/(png|jpeg|gif);base64,", re.IGNORECASE)
STYLE_LOADS = re.compile(r"url\s*\(|expression|import|javascript|behavior|binding|\\|@", re.IGNORECASE)
NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]*);")
OWN_ENTITIES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def check(div: str, field: str) -> None:
    """Refuse a narrative that is more than formatted text."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=False
    )
    try:
        root = etree.fromstring(NAMED.sub(_entity, div).encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        raise ResourceRefused(field, "must be well-formed XHTML") from None
    if root.tag not in (f"{XHTML}div", "div") or root.getroottree().docinfo.internalDTD is not None:
        raise ResourceRefused(field, "must be one <div> of XHTML")
    for element in root.iter():
        if isinstance(element, etree._Comment):
            continue
        name = element.tag.removeprefix(XHTML) if isinstance(element.tag, str) else ""
        if name not in ELEMENTS:
            raise ResourceRefused(field, "has an element that does not format text")
        for attribute, value in element.attrib.items():
            if str(attribute) not in ATTRIBUTES:
                raise ResourceRefused(field, "has an attribute that does not format text")
            if not _harmless(name, str(attribute), str(value).strip()):
                raise ResourceRefused(field, "must not load or run anything")


def _harmless(element: str, attribute: str, value: str) -> bool:
    if attribute == "src":
        return element == "img" and IMAGE.match(value) is not None
    if attribute in ("href", "longdesc", "cite"):
        return LINK.match(value) is not None or PLAIN_PATH.fullmatch(value) is not None
    if attribute == "style":
        return STYLE_LOADS.search(value) is None
    return True


def _entity(match: re.Match[str]) -> str:
    """An entity as XML knows it: XHTML has names for characters that XML has not."""
    name = match[1]
    known = html.entities.html5.get(f"{name};") if name not in OWN_ENTITIES else None
    return "".join(f"&#{ord(character)};" for character in known) if known else match[0]
