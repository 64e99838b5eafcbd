"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.settlement.v1 import api_pb2
from yima.settlement.v1 import bank_pb2


class SettlementClient(Client):
    """Who is owed what."""

    service = api_pb2.DESCRIPTOR.services_by_name["SettlementApi"]

    async def get_payments(
        self, request: api_pb2.GetPaymentsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Payments:
        """The payments of several orders at once; those the caller may not see are left out."""
        return await self.call("GetPayments", request, api_pb2.Payments, token, key)

    async def refund_order(
        self, request: api_pb2.RefundOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Payment:
        """Give money back for an order: all that is left, or a part."""
        return await self.call("RefundOrder", request, api_pb2.Payment, token, key)

    async def list_entries(
        self, request: api_pb2.ListEntriesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Entries:
        """The journal entries of one order or one payout."""
        return await self.call("ListEntries", request, api_pb2.Entries, token, key)

    async def get_balances(
        self, request: api_pb2.GetBalancesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Balances:
        """Balances: a partner's own accounts; every account for operator and regulator."""
        return await self.call("GetBalances", request, api_pb2.Balances, token, key)

    async def run_payouts(
        self, request: api_pb2.RunPayoutsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Payouts:
        """Pay partners what they are owed: one payout a partner and currency."""
        return await self.call("RunPayouts", request, api_pb2.Payouts, token, key)

    async def list_payouts(
        self, request: api_pb2.ListPayoutsRequest, token: str = "", key: str = ""
    ) -> api_pb2.PayoutPage:
        """Payouts, newest first: a partner's own; all for operator and regulator."""
        return await self.call("ListPayouts", request, api_pb2.PayoutPage, token, key)

    async def list_bank_files(
        self, request: bank_pb2.ListBankFilesRequest, token: str = "", key: str = ""
    ) -> bank_pb2.BankFilePage:
        """The files of payouts made for the bank, newest first."""
        return await self.call("ListBankFiles", request, bank_pb2.BankFilePage, token, key)

    async def get_bank_file(
        self, request: bank_pb2.GetBankFileRequest, token: str = "", key: str = ""
    ) -> bank_pb2.BankFile:
        """What a file for the bank pays, and whether it was exported."""
        return await self.call("GetBankFile", request, bank_pb2.BankFile, token, key)

    async def export_bank_file(
        self, request: bank_pb2.ExportBankFileRequest, token: str = "", key: str = ""
    ) -> bank_pb2.BankFile:
        """Hand a file out, to be given to the bank: its payouts are submitted. Asked again, it is the same file."""
        return await self.call("ExportBankFile", request, bank_pb2.BankFile, token, key)

    async def get_statement(
        self, request: api_pb2.GetStatementRequest, token: str = "", key: str = ""
    ) -> api_pb2.Statement:
        """What moved on a partner's account within a period, and why."""
        return await self.call("GetStatement", request, api_pb2.Statement, token, key)

    async def set_payout_terms(
        self, request: api_pb2.SetPayoutTermsRequest, token: str = "", key: str = ""
    ) -> api_pb2.PayoutTerms:
        """Say how a partner is paid from the next run on."""
        return await self.call("SetPayoutTerms", request, api_pb2.PayoutTerms, token, key)

    async def issue_invoice(
        self, request: api_pb2.IssueInvoiceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Invoice:
        """Ask a partner by invoice for what it owes after netting and its reserve."""
        return await self.call("IssueInvoice", request, api_pb2.Invoice, token, key)

    async def open_dispute(
        self, request: api_pb2.OpenDisputeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Dispute:
        """Hold what is disputed of an order's money until it is decided."""
        return await self.call("OpenDispute", request, api_pb2.Dispute, token, key)

    async def decide_dispute(
        self, request: api_pb2.DecideDisputeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Dispute:
        """Decide a dispute: for the partner, or for the resident, who is then refunded."""
        return await self.call("DecideDispute", request, api_pb2.Dispute, token, key)

    async def list_disputes(
        self, request: api_pb2.ListDisputesRequest, token: str = "", key: str = ""
    ) -> api_pb2.DisputePage:
        """Disputes, newest first: a partner's own; all for operator and regulator."""
        return await self.call("ListDisputes", request, api_pb2.DisputePage, token, key)

    async def check_ledger(
        self, request: api_pb2.CheckLedgerRequest, token: str = "", key: str = ""
    ) -> api_pb2.LedgerCheck:
        """Recompute the whole ledger and say whether it holds."""
        return await self.call("CheckLedger", request, api_pb2.LedgerCheck, token, key)
