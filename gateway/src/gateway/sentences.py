"""Entries of the access log in plain words, for the resident they are about.

The institution is shown beside the sentence, so that none has to name it.
"""

from collections.abc import Callable, Mapping

from yima.common.v1.enums import Role
from yima.consent.v1 import api_pb2 as pb
from yima.consent.v1.enums import AccessAct, AccessKind, ConsentEnd, Reason

CHINESE, ENGLISH = "zh", "en"
Words = tuple[str, str]  # in English, and in Chinese

TYPES: Mapping[str, Words] = {
    "vital-signs": ("vital signs", "生命体征"),
    "laboratory": ("laboratory results", "检验结果"),
    "encounters": ("visits to doctors", "就诊记录"),
    "imaging": ("images", "影像检查"),
    "medications": ("medicines", "用药记录"),
    "maternal": ("maternal care", "孕产记录"),
    "child-health": ("child health", "儿童保健"),
    "activity": ("physical activity", "身体活动"),
    "contact": ("name, age and telephone number", "姓名、年龄和电话"),
    "emergency": ("what helps in an emergency", "急救信息"),
}
PURPOSES: Mapping[str, Words] = {
    "TREAT": ("for your treatment", "用于为您诊疗"),
    "ETREAT": ("for your treatment in an emergency", "用于对您的急救"),
    "CAREMGT": ("to look after your care", "用于健康管理"),
    "PUBHLTH": ("for public health", "用于公共卫生"),
    "HRESCH": ("for research", "用于科学研究"),
    "HPAYMT": ("for a payment", "用于费用结算"),
    "HOPERAT": ("to run a health service", "用于医疗运营"),
    "PATRQT": ("as you asked", "应您本人要求"),
}
WHO: Mapping[int, Words] = {
    Role.RESIDENT: ("You or your guardian", "您或您的监护人"),
    Role.PRACTITIONER: ("A practitioner", "一位医务人员"),
    Role.PARTNER: ("An institution or its system", "一家机构或其系统"),
    Role.OPERATOR: ("An operator of the platform", "一位平台运营人员"),
    Role.REGULATOR: ("A regulator", "一位监管人员"),
}
PLATFORM: Words = ("The platform", "平台")
REASONS: Mapping[int, Words] = {
    Reason.CONSENT_IN_FORCE: ("your consent permits it", "您的授权同意允许"),
    Reason.OWN_RECORD: ("it is your own record", "这是您自己的记录"),
    Reason.NO_CONSENT: ("you have not consented", "您没有同意"),
    Reason.CONSENT_REVOKED: ("you took the consent back", "您已撤回同意"),
    Reason.CONSENT_EXPIRED: ("the consent has expired", "同意已到期"),
    Reason.OTHER_PURPOSE: ("the consent is for another purpose", "同意的用途不同"),
    Reason.OTHER_INFORMATION_TYPE: ("the consent covers other data", "同意不包含这类数据"),
    Reason.OTHER_ACCESS_MODE: ("the consent permits less", "同意允许的方式更少"),
    Reason.PARTNER_NOT_IN_STANDING: ("the institution may use nobody's data now", "该机构目前不得使用任何人的数据"),
    Reason.ORDER_NOT_CONFIRMED: ("the order was not confirmed", "订单尚未确认"),
    Reason.ORDER_ENDED: ("the order is over", "订单已结束"),
    Reason.SERVES_BY_ORDER: ("it serves you by an order", "该机构正按订单为您服务"),
    Reason.ITS_PATIENT: ("you are a patient of that institution", "您是该机构的患者"),
    Reason.SCANNED: ("your code was scanned within the hour", "您的健康码在一小时内被扫过"),
    Reason.NO_RELATION: ("it does not serve you", "该机构没有为您服务"),
    Reason.GUARDIANSHIP_ENDED: ("the guardianship is over", "监护关系已结束"),
    Reason.OTHER_PRACTITIONER: ("the consent is for another practitioner", "同意是给另一位医务人员的"),
    Reason.VISIT_OFFERED: ("you had not answered yet", "您尚未答复"),
    Reason.VISIT_DENIED: ("you said no", "您已拒绝"),
    Reason.LEGAL_BASIS: ("the law permits it", "法律允许"),
    Reason.USED_UP: ("the consent was used as often as it may be", "同意允许的使用次数已用完"),
    Reason.PROJECT_ENDED: ("the project is over", "研究项目已结束"),
    Reason.EMERGENCY: ("it was an emergency", "情况紧急"),
    Reason.FROZEN: ("a regulator has frozen the institution or the person", "监管部门已冻结该机构或人员"),
}
ENDS: Mapping[int, Words] = {
    ConsentEnd.ORDER_CLOSED: ("the order was served", "订单已完成"),
    ConsentEnd.ORDER_CANCELLED: ("the order was cancelled", "订单已取消"),
    ConsentEnd.ORDER_REFUSED: ("the order was refused", "订单被拒绝"),
    ConsentEnd.ORDER_EXPIRED: ("the order expired", "订单已过期"),
    ConsentEnd.GUARDIANSHIP_ENDED: ("the guardianship is over", "监护关系已结束"),
    ConsentEnd.NOT_JUSTIFIED: ("a review found that it was no emergency", "经审查认定并非紧急情况"),
    ConsentEnd.PROJECT_ENDED: ("the project is over", "研究项目已结束"),
}
# {who} did it; {data} is what kinds of data, {purpose} what for, {times} how often, {why} why.
ACTS: Mapping[int, Words] = {
    AccessAct.CODE_SCANNED: ("{who} scanned your health code.", "{who}扫描了您的健康码。"),
    AccessAct.CODE_REPLAYED: (
        "{who} was shown a copy of your health code that had been used; it opened nothing.",
        "有人向{who}出示了已用过的您的健康码，未予放行。",
    ),
    AccessAct.CODE_SCANNED_ELSEWHERE: (
        "{who} of another city scanned your health code; it opened nothing.",
        "外地城市的{who}扫描了您的健康码，未开放任何数据。",
    ),
    AccessAct.CODE_REPLAYED_ELSEWHERE: (
        "{who} of another city was shown a copy of your health code that had been used; it opened nothing.",
        "有人在外地城市向{who}出示了已用过的您的健康码，未予放行。",
    ),
    AccessAct.EMERGENCY_OPENED: (
        "{who} opened your {data} in an emergency without your consent.",
        "{who}在紧急情况下未经您同意打开了您的{data}。",
    ),
    AccessAct.EMERGENCY_REVIEWED: (
        "{who} reviewed whether opening your record in an emergency was right.",
        "{who}审查了紧急打开您的记录是否正当。",
    ),
    AccessAct.CONSENT_REQUESTED: ("{who} asked to use your {data} {purpose}.", "{who}请求使用您的{data}，{purpose}。"),
    AccessAct.CONSENT_GRANTED: (
        "{who} consented that your {data} are used {purpose}.",
        "{who}同意使用您的{data}，{purpose}。",
    ),
    AccessAct.CONSENT_DENIED: ("{who} did not consent to the use of your {data}.", "{who}不同意使用您的{data}。"),
    AccessAct.CONSENT_REVOKED: ("{who} took back the consent for your {data}.", "{who}撤回了对您的{data}的同意。"),
    AccessAct.CONSENT_ENDED: ("The consent for your {data} ended: {why}.", "对您的{data}的同意已终止：{why}。"),
    AccessAct.RULE_SET: ("{who} set a rule that answers scans of your code.", "{who}设置了自动答复扫码的规则。"),
    AccessAct.RULE_WITHDRAWN: (
        "{who} withdrew a rule that answered scans of your code.",
        "{who}停用了自动答复扫码的规则。",
    ),
    AccessAct.LOG_SEEN: ("{who} looked at this log of yours.", "{who}查看了您的这份日志。"),
    AccessAct.CONSENTS_SEEN: ("{who} looked at your consents.", "{who}查看了您的授权同意。"),
    AccessAct.ERASURES_SEEN: ("{who} looked at what is to be erased of your data.", "{who}查看了您的数据的删除情况。"),
    AccessAct.ORDERS_SEEN: ("{who} looked at your orders or complaints.", "{who}查看了您的订单或投诉。"),
    AccessAct.PERSON_SEEN: (
        "{who} looked at who you are, and who acts for you.",
        "{who}查看了您的身份信息及监护关系。",
    ),
    AccessAct.EMERGENCIES_SEEN: (
        "{who} looked at when your record was opened in an emergency.",
        "{who}查看了您的记录被紧急打开的情况。",
    ),
    AccessAct.RESOURCE_REVIEWED: (
        "{who} looked at an entry of your record, without your name, to judge how good its data is.",
        "{who}在不显示姓名的情况下查看了您记录中的一条内容，以评判数据质量。",
    ),
    AccessAct.READING_WITHDRAWN: (
        "{who} withdrew what a device of yours had measured.",
        "{who}撤回了您的设备测得的一次数据。",
    ),
    AccessAct.LEGAL_BASIS_ENTERED: (
        "{who} entered that the law lets an institution use everybody's {data} {purpose}; it is not in force.",
        "{who}录入了一项法律依据：允许一家机构使用所有人的{data}，{purpose}；尚未生效。",
    ),
    AccessAct.LEGAL_BASIS_SIGNED: (
        "{who} put in force that the law lets an institution use everybody's {data} {purpose}.",
        "{who}签署了一项法律依据，即日生效：允许一家机构使用所有人的{data}，{purpose}。",
    ),
    AccessAct.LEGAL_BASIS_ENDED: (
        "{who} ended that the law lets an institution use everybody's {data} {purpose}.",
        "{who}终止了一项法律依据：不再允许一家机构使用所有人的{data}，{purpose}。",
    ),
    AccessAct.PROJECT_PROPOSED: (
        "{who} proposed a project that would ask for {data} {purpose}.",
        "{who}提出了一个项目，拟征集{data}，{purpose}。",
    ),
    AccessAct.PROJECT_ENDORSED: (
        "{who} endorsed a project that would ask for {data} {purpose}.",
        "{who}初审通过了一个项目，拟征集{data}，{purpose}。",
    ),
    AccessAct.PROJECT_APPROVED: (
        "{who} approved a project that asks those who join it for {data} {purpose}.",
        "{who}批准了一个项目，向自愿参加者征集{data}，{purpose}。",
    ),
    AccessAct.PROJECT_ENDED: (
        "{who} ended a project that asked for {data} {purpose}.",
        "{who}终止了一个征集{data}的项目，{purpose}。",
    ),
    AccessAct.FREEZE_IMPOSED: ("{who} imposed a freeze.", "{who}实施了冻结。"),
    AccessAct.FREEZE_LIFTED: ("{who} lifted a freeze.", "{who}解除了冻结。"),
    AccessAct.TRUST_LIST_PUT: (
        "{who} put a list in force of the cities whose health codes are honoured.",
        "{who}启用了一份互认健康码的城市名单。",
    ),
    AccessAct.PACK_CHANGED: (
        "The rules of the city that every process goes by were changed.",
        "本市平台所依据的规则已变更。",
    ),
    AccessAct.PATIENT_ASKED: (
        "An institution asks whether a patient of its is you. Answer it in your patient numbers.",
        "一家机构询问其一名患者是否是您。请在您的患者编号中答复。",
    ),
    AccessAct.PATIENT_MATCHED: (
        "You were recognised as a patient of an institution: what it sends of that patient is added to your record.",
        "您被识别为一家机构的患者：该机构发送的该患者数据将写入您的记录。",
    ),
    AccessAct.PATIENT_UNMATCHED: (
        "You are taken for this patient of the institution no longer.",
        "您不再被视为该机构的这名患者。",
    ),
    AccessAct.REFUSED_AGAIN: (
        "That day the same was refused {times} times in all: {why}.",
        "当天相同的请求共被拒绝{times}次：{why}。",
    ),
}
DECISIONS: Mapping[tuple[int, bool], Words] = {
    (AccessKind.READ, True): ("{who} read your {data} {purpose}: {why}.", "{who}读取了您的{data}，{purpose}：{why}。"),
    (AccessKind.READ, False): (
        "{who} wanted to read your {data} {purpose} and was refused: {why}.",
        "{who}想读取您的{data}，{purpose}，被拒绝：{why}。",
    ),
    (AccessKind.INGEST, True): ("{who} added {data} to your record: {why}.", "{who}在您的记录中添加了{data}：{why}。"),
    (AccessKind.INGEST, False): (
        "{who} wanted to add {data} to your record and was refused: {why}.",
        "{who}想在您的记录中添加{data}，被拒绝：{why}。",
    ),
}
# What the platform itself notes of a scan; all else is the words of whoever acted.
OUR_NOTES: Mapping[str, Words] = {
    "The scan was sent in later: it proves a service, and opens nothing.": (
        " The scan was sent in later: it proves a service, and opens nothing.",
        "该扫码为事后上传：仅证明服务，不开放任何数据。",
    ),
    "It was another person's: what came by it has left the record.": (
        " It was another person's: what came by it has left your record.",
        "该数据属于他人：由此写入的内容已从您的记录中移除。",
    ),
    "Codes that were issued before are void.": (
        " Codes that were issued before are void.",
        "此前签发的健康码已全部失效。",
    ),
}
NAMED: Words = (' In their words: "{note}"', "原因：“{note}”")


def sentence(entry: pb.AccessLogEntry, locale: str) -> str:
    """What an entry says, in the language of the locale: Chinese, or English."""
    language = 1 if locale.partition("-")[0] == CHINESE else 0
    return said(entry, lambda words: words[language], ", " if language == 0 else "、")


def said(entry: pb.AccessLogEntry, in_words: Callable[[Words], str], comma: str) -> str:
    kind = entry.kind or AccessKind.READ
    pattern = ACTS[entry.act] if entry.act else DECISIONS[kind, entry.permitted]
    data = comma.join(in_words(TYPES[code]) if code in TYPES else code for code in entry.information_types)
    why = ENDS.get(entry.ended_because) or REASONS.get(entry.reason) or ("", "")
    purpose = PURPOSES.get(entry.purpose)
    text = in_words(pattern).format(
        who=in_words(WHO.get(entry.role, PLATFORM)),
        data=data,
        purpose=in_words(purpose) if purpose else entry.purpose,
        why=in_words(why),
        times=entry.times,
    )
    return text + (in_words(OUR_NOTES.get(entry.note, NAMED)).format(note=entry.note) if entry.note else "")
