"""XML held against ISO 20022's message definitions. Nothing is fetched or expanded, or believed before it is valid.

The packages `camt053` and `pain001` ship the definitions of every version. Their code is not imported (ADR 0210).
"""

import functools
import threading
from importlib import metadata
from pathlib import Path
from typing import Any

from chassis.refusals import Refusal
from lxml import etree

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
STATEMENTS = tuple(f"camt.053.001.{version:02}" for version in range(1, 15))
CREDIT_TRANSFERS = tuple(f"pain.001.001.{version:02}" for version in range(3, 14))
FAULTS_MAX = 5
VALIDATING = threading.Lock()  # a definition has one log of faults


class NotThatMessage(Refusal):
    code = "not-that-message"
    title = "The file is not a valid message of its kind."


def definition_file(message: str) -> Path:
    """Where the definition of a message like "pain.001.001.09" is installed."""
    package, name = (
        ("camt053", f"xsd/{message}") if message in STATEMENTS else ("pain001", f"templates/{message}/{message}")
    )
    return Path(str(metadata.distribution(package).locate_file(f"{package}/{name}.xsd")))


@functools.cache
def definition(message: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(definition_file(message).read_bytes()))


def parsed(content: bytes) -> etree._Element:
    """The root of an XML document without document type, comments and instructions; nothing is known of its message."""
    limits: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    parser = etree.XMLParser(**limits, remove_comments=True, remove_pis=True)  # a comment would cut a value in two
    try:
        root: etree._Element = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError) as error:
        raise NotThatMessage(f"it is not XML: {error}", "content") from None
    if root.getroottree().docinfo.doctype:
        raise NotThatMessage("line 1: a document type has no place in it", "content")
    return root


def message_of(root: etree._Element) -> str:
    """Which message a document is by its namespace, e.g. "camt.053.001.08"; empty where it is none of ISO 20022."""
    namespace = etree.QName(root).namespace or ""
    return namespace.removeprefix(NAMESPACE) if namespace.startswith(NAMESPACE) else ""


def check(root: etree._Element, message: str) -> None:
    """Refuse a document that its message definition does not allow."""
    with VALIDATING:
        schema = definition(message)
        faults = [] if schema.validate(root) else list(schema.error_log)
    if faults:
        said = [f"line {fault.line}: {without_namespace(fault.message, message)}" for fault in faults[:FAULTS_MAX]]
        more = f" (and {len(faults) - FAULTS_MAX} more)" if len(faults) > FAULTS_MAX else ""
        raise NotThatMessage(f"{message}: {'; '.join(said)}{more}", "content")


def without_namespace(sentence: str, message: str) -> str:
    """The validator's sentence without the namespace that every name of the message has."""
    return sentence.replace(f"{{{NAMESPACE}{message}}}", "")
