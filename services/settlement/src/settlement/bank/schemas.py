"""XML held against the published message definitions. Nothing is fetched, expanded or believed before it validates."""

import functools
from importlib import resources

from chassis.refusals import Refusal
from lxml import etree

FAULTS_MAX = 5


class NotThatMessage(Refusal):
    code = "not-that-message"
    title = "The file is not a valid message of its kind."


@functools.cache
def schema(name: str) -> etree.XMLSchema:
    """The message definition of this name, e.g. "pain.001.001.09"."""
    text = (resources.files("settlement.bank") / f"{name}.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(text))


def parsed(content: bytes, name: str) -> etree._Element:
    """The root of a document that is valid; else a refusal that names the lines and what is wrong there."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotThatMessage(f"it is not XML: {error}", "content") from None
    if root.getroottree().docinfo.doctype:
        raise NotThatMessage("line 1: a document type has no place in it", "content")
    check(root, name)
    return root


def check(root: etree._Element, name: str) -> None:
    """Refuse a document that its message definition does not allow."""
    definition = schema(name)
    if not definition.validate(root):
        faults = [f"line {fault.line}: {plain(fault.message, name)}" for fault in definition.error_log]
        more = f" (and {len(faults) - FAULTS_MAX} more)" if len(faults) > FAULTS_MAX else ""
        raise NotThatMessage(f"{name}: {'; '.join(faults[:FAULTS_MAX])}{more}", "content")


def plain(message: str, name: str) -> str:
    """The validator's sentence without the namespace that every name of the message has."""
    return message.replace(f"{{urn:iso:std:iso:20022:tech:xsd:{name}}}", "")
