"""Invoices of partners' debts over HTTP. Decode, one call, encode."""

from chassis import pages
from chassis.api import Call
from chassis.ids import parse_id
from chassis.money import currency_of
from chassis.wire import moment, timestamp
from yima.settlement.v1 import api_pb2 as pb
from yima.settlement.v1 import books_pb2 as books_pb

from settlement import commands
from settlement.api.served import People, api, counted, own, unapproved
from settlement.commands.resources import Resources
from settlement.domain.amounts import amount
from settlement.store import invoices
from settlement.tables import InvoiceRow


@api.serves
async def issue_invoice(request: pb.IssueInvoiceRequest, call: Call[Resources]) -> pb.Invoice:
    return await issued(request, call, unapproved(call))


async def issued(request: pb.IssueInvoiceRequest, call: Call[Resources], people: People) -> pb.Invoice:
    currency_of(request.currency)
    invoice = await commands.issue_invoice(
        call.session,
        partner_id=parse_id(request.partner_id, "partner_id"),
        currency=request.currency,
        by=people.by,
        approved_by=people.approved_by,
        bounds=call.resources.bounds,
        now=call.now,
    )
    return invoice_message(invoice)


def invoice_message(invoice: InvoiceRow) -> pb.Invoice:
    return pb.Invoice(
        id=str(invoice.id),
        partner_id=str(invoice.partner_id),
        amount=amount(invoice.amount_minor, invoice.currency),
        issued_at=timestamp(invoice.issued_at),
        paid=amount(invoice.paid_minor, invoice.currency),
    )


@api.serves
async def list_invoices(request: books_pb.ListInvoicesRequest, call: Call[Resources]) -> pb.InvoicePage:
    part = pages.by_id(request.page)
    rows, page = part.cut(
        await invoices.invoices(call.session, own(call.principal, request.partner_id), part), pages.at_id
    )
    return pb.InvoicePage(
        invoices=[invoice_message(invoice) for invoice in rows],
        page=page,
    )


@api.serves
async def record_invoice_payment(request: books_pb.RecordInvoicePaymentRequest, call: Call[Resources]) -> pb.Invoice:
    return await payment_recorded(request, call, unapproved(call))


async def payment_recorded(
    request: books_pb.RecordInvoicePaymentRequest, call: Call[Resources], people: People
) -> pb.Invoice:
    paid = await commands.record_invoice_payment(
        call.session,
        invoice_id=parse_id(request.invoice_id, "invoice_id"),
        amount=counted(request.amount, "amount"),
        bank_reference=request.bank_reference,
        paid_at=moment(request.paid_at) if request.HasField("paid_at") else call.now,
        zone=call.resources.bank.zone,
        by=people.by,
        approved_by=people.approved_by,
        now=call.now,
    )
    return invoice_message(paid)
