"""HL7 v2 messages as hospitals' systems send them, in the standard's form; the people are fictional."""

from collections.abc import Mapping
from typing import Any

from yima_connector.mapping import Mapped

SYSTEM = "urn:oid:2.16.840.1.113883.2.99.1"
LOCAL = "urn:oid:2.16.840.1.113883.2.99.2"
MAPPING: Mapping[str, Any] = {
    "zone": "Asia/Shanghai",
    "patients": {"system": SYSTEM},
    "codes": {"systems": {"99LAB": LOCAL}, "local_system": LOCAL},
    "rows": {
        "results": {
            "id": ["SAMPLE", "ITEM"],
            "patient": "PATIENT",
            "updated": "REPORTED",
            "resource": {
                "resourceType": "Observation",
                "status": "final",
                "category": [{"coding": [{"code": "laboratory"}]}],
                "code": {"coding": [{"system": LOCAL, "code": "{ITEM}", "display": "{NAME}"}]},
                "effectiveDateTime": "{TAKEN|moment}",
                "valueQuantity": {"value": "{VALUE|number}", "unit": "{UNIT}", "code": "{UNIT|unit}"},
                "referenceRange": [{"text": "{RANGE}"}],
            },
        }
    },
}


def mapping(**changes: Any) -> Mapped:
    return Mapped.model_validate({**MAPPING, **changes})


def message(*segments: str) -> bytes:
    return "".join(f"{segment}\r" for segment in segments).encode()


def header(kind: str, control_id: str = "MSG-1", at: str = "20261128101500+0800", **more: str) -> str:
    processing, charset = more.get("processing", "P"), more.get("charset", "")
    return f"MSH|^~\\&|HIS|MAIN|YIMA|CITY|{at}||{kind}|{control_id}|{processing}|2.5.1||||||{charset}"


def pid(number: str = "P-4711", **more: str) -> str:
    identity = f"~{more['identity']}^^^MPS^NI" if "identity" in more else ""
    return f"PID|1||{number}^^^HIS^MR{identity}||{more.get('name', '张^伟')}||{more.get('born', '19800131')}|M"


def admission(number: str = "P-4711", control_id: str = "MSG-1", event: str = "A01", **more: str) -> bytes:
    visit = [""] * 46
    visit[0:4] = ["PV1", "1", more.get("patient_class", "I"), more.get("ward", "CARD^301^2")]
    visit[19], visit[44], visit[45] = (
        more.get("visit", "V-991"),
        more.get("start", "20261127083000"),
        more.get("end", ""),
    )
    at = more.get("at", "20261128101500+0800")
    return message(
        header(f"ADT^{event}^ADT_A01", control_id, at),
        f"EVN|{event}|20261128101500",
        pid(number, **{name: text for name, text in more.items() if name in ("identity", "name", "born")}),
        "|".join(visit).rstrip("|"),
    )


def result(number: str = "P-4711", control_id: str = "MSG-2", value: str = "6.10", **more: str) -> bytes:
    order, at, taken = (
        more.get("order", "ORD-1"),
        more.get("at", "20261128101500+0800"),
        more.get("taken", "20261128090000"),
    )
    return message(
        header("ORU^R01^ORU_R01", control_id, at),
        pid(number, **{name: text for name, text in more.items() if name == "identity"}),
        "PV1|1|O|CARD||||||||||||||||V-991",
        f"ORC|RE|{order}|F-{order}",
        f"OBR|1|{order}|F-{order}|24323-8^Metabolic panel^LN|||{taken}|||||||||||||||20261128101000||CH|F",
        f"OBX|1|NM|2345-7^Glucose^LN^GLU^葡萄糖^99LAB||{value}|mmol/L^^UCUM|3.9-6.1|H|||F|||{taken}",
        "NTE|1||fasting\\.br\\sample",
        "OBX|2|NM|K^钾^99LAB||4.2|mmol/L|3.5-5.3|N|||F",
    )


def order(number: str = "P-4711", control_id: str = "MSG-3", control: str = "NW") -> bytes:
    return message(
        header("ORM^O01^ORM_O01", control_id),
        pid(number),
        f"ORC|{control}|ORD-1||||||20261128093000",
        "OBR|1|ORD-1||24323-8^Metabolic panel^LN|||||||||||||||||||CH",
    )
