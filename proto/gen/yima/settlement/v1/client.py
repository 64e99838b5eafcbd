"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.settlement.v1 import api_pb2
from yima.settlement.v1 import bank_pb2
from yima.settlement.v1 import books_pb2
from yima.settlement.v1 import indicators_pb2
from yima.settlement.v1 import reconciliation_pb2
from yima.settlement.v1 import statement_pb2


class SettlementClient(Client):
    """Who is owed what."""

    service = api_pb2.DESCRIPTOR.services_by_name["SettlementApi"]

    async def get_payments(
        self, request: api_pb2.GetPaymentsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Payments:
        """The payments of several orders at once; those the caller may not see are left out."""
        return await self.call("GetPayments", request, api_pb2.Payments, token, key)

    async def list_payment_methods(
        self, request: api_pb2.ListPaymentMethodsRequest, token: str = "", key: str = ""
    ) -> api_pb2.PaymentMethods:
        """How may be paid in a currency, as the payment provider offers it."""
        return await self.call("ListPaymentMethods", request, api_pb2.PaymentMethods, token, key)

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

    async def get_payout_outlook(
        self, request: api_pb2.GetPayoutOutlookRequest, token: str = "", key: str = ""
    ) -> api_pb2.PayoutOutlook:
        """What a partner may expect of its next payout, and what stands against it."""
        return await self.call("GetPayoutOutlook", request, api_pb2.PayoutOutlook, token, key)

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

    async def ingest_bank_statements(
        self, request: reconciliation_pb2.IngestBankStatementsRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.BankStatements:
        """Take in a file of the bank's statements: all of it, or nothing. Statements known before are left as they are."""
        return await self.call("IngestBankStatements", request, reconciliation_pb2.BankStatements, token, key)

    async def list_bank_statements(
        self, request: reconciliation_pb2.ListBankStatementsRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.BankStatementPage:
        """The bank's statements, newest first."""
        return await self.call("ListBankStatements", request, reconciliation_pb2.BankStatementPage, token, key)

    async def read_provider_report(
        self, request: reconciliation_pb2.ReadProviderReportRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.ProviderReport:
        """Take in what is new in the payment provider's report."""
        return await self.call("ReadProviderReport", request, reconciliation_pb2.ProviderReport, token, key)

    async def reconcile(
        self, request: reconciliation_pb2.ReconcileRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.Reconciliation:
        """Compare the ledger with what bank and provider told."""
        return await self.call("Reconcile", request, reconciliation_pb2.Reconciliation, token, key)

    async def list_reconciliations(
        self, request: reconciliation_pb2.ListReconciliationsRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.ReconciliationPage:
        """Reconciliations, newest first."""
        return await self.call("ListReconciliations", request, reconciliation_pb2.ReconciliationPage, token, key)

    async def check_reconciliation(
        self, request: reconciliation_pb2.CheckReconciliationRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.ReconciliationCheck:
        """Do a reconciliation again from what it knew, and say whether it comes to the same."""
        return await self.call("CheckReconciliation", request, reconciliation_pb2.ReconciliationCheck, token, key)

    async def list_breaks(
        self, request: reconciliation_pb2.ListBreaksRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.BreakPage:
        """What ledger, provider and bank do not agree on, oldest first."""
        return await self.call("ListBreaks", request, reconciliation_pb2.BreakPage, token, key)

    async def assign_break(
        self, request: reconciliation_pb2.AssignBreakRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.Break:
        """Say who looks after a break."""
        return await self.call("AssignBreak", request, reconciliation_pb2.Break, token, key)

    async def match_breaks(
        self, request: reconciliation_pb2.MatchBreaksRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.MatchedBreaks:
        """Say that several items tell of the same money."""
        return await self.call("MatchBreaks", request, reconciliation_pb2.MatchedBreaks, token, key)

    async def propose_adjustment(
        self, request: reconciliation_pb2.ProposeAdjustmentRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.Adjustment:
        """Propose the entry that would settle a break."""
        return await self.call("ProposeAdjustment", request, reconciliation_pb2.Adjustment, token, key)

    async def decide_adjustment(
        self, request: reconciliation_pb2.DecideAdjustmentRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.Adjustment:
        """Approve or reject an adjustment that another proposed."""
        return await self.call("DecideAdjustment", request, reconciliation_pb2.Adjustment, token, key)

    async def list_adjustments(
        self, request: reconciliation_pb2.ListAdjustmentsRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.AdjustmentPage:
        """Adjustments, newest first."""
        return await self.call("ListAdjustments", request, reconciliation_pb2.AdjustmentPage, token, key)

    async def get_match_rules(
        self, request: reconciliation_pb2.GetMatchRulesRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.MatchRules:
        """The rules of the automatic matching."""
        return await self.call("GetMatchRules", request, reconciliation_pb2.MatchRules, token, key)

    async def put_match_rules(
        self, request: reconciliation_pb2.PutMatchRulesRequest, token: str = "", key: str = ""
    ) -> reconciliation_pb2.MatchRules:
        """Set the rules of the automatic matching."""
        return await self.call("PutMatchRules", request, reconciliation_pb2.MatchRules, token, key)

    async def get_statement(
        self, request: api_pb2.GetStatementRequest, token: str = "", key: str = ""
    ) -> api_pb2.Statement:
        """What moved on a partner's account within a period, and why."""
        return await self.call("GetStatement", request, api_pb2.Statement, token, key)

    async def issue_statement(
        self, request: statement_pb2.IssueStatementRequest, token: str = "", key: str = ""
    ) -> statement_pb2.IssuedStatement:
        """Issue a partner's statement up to a moment: from there on it stays as it is."""
        return await self.call("IssueStatement", request, statement_pb2.IssuedStatement, token, key)

    async def list_issued_statements(
        self, request: statement_pb2.ListIssuedStatementsRequest, token: str = "", key: str = ""
    ) -> statement_pb2.IssuedStatementPage:
        """Issued statements, newest first."""
        return await self.call("ListIssuedStatements", request, statement_pb2.IssuedStatementPage, token, key)

    async def get_issued_statement(
        self, request: statement_pb2.GetIssuedStatementRequest, token: str = "", key: str = ""
    ) -> statement_pb2.IssuedStatement:
        """An issued statement, and where it stands."""
        return await self.call("GetIssuedStatement", request, statement_pb2.IssuedStatement, token, key)

    async def get_statement_document(
        self, request: statement_pb2.GetStatementDocumentRequest, token: str = "", key: str = ""
    ) -> statement_pb2.Document:
        """An issued statement as JSON, CSV or signed PDF."""
        return await self.call("GetStatementDocument", request, statement_pb2.Document, token, key)

    async def check_statement(
        self, request: statement_pb2.CheckStatementRequest, token: str = "", key: str = ""
    ) -> statement_pb2.StatementCheck:
        """Compute an issued statement again from the ledger, and say whether it is the same."""
        return await self.call("CheckStatement", request, statement_pb2.StatementCheck, token, key)

    async def confirm_statement(
        self, request: statement_pb2.ConfirmStatementRequest, token: str = "", key: str = ""
    ) -> statement_pb2.IssuedStatement:
        """Agree with a statement."""
        return await self.call("ConfirmStatement", request, statement_pb2.IssuedStatement, token, key)

    async def dispute_statement(
        self, request: statement_pb2.DisputeStatementRequest, token: str = "", key: str = ""
    ) -> statement_pb2.IssuedStatement:
        """Disagree with a statement or some of its lines, before its deadline."""
        return await self.call("DisputeStatement", request, statement_pb2.IssuedStatement, token, key)

    async def resolve_statement(
        self, request: statement_pb2.ResolveStatementRequest, token: str = "", key: str = ""
    ) -> statement_pb2.IssuedStatement:
        """Answer a disputed statement."""
        return await self.call("ResolveStatement", request, statement_pb2.IssuedStatement, token, key)

    async def explain_statement_line(
        self, request: statement_pb2.ExplainStatementLineRequest, token: str = "", key: str = ""
    ) -> api_pb2.StatementLineExplanation:
        """Why a line is on a statement: its entry, the split and its plan, the order lines and their proofs."""
        return await self.call("ExplainStatementLine", request, api_pb2.StatementLineExplanation, token, key)

    async def get_document_certificate(
        self, request: statement_pb2.GetDocumentCertificateRequest, token: str = "", key: str = ""
    ) -> statement_pb2.DocumentCertificate:
        """The certificates that signed documents are verified with."""
        return await self.call("GetDocumentCertificate", request, statement_pb2.DocumentCertificate, token, key)

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

    async def get_evidence(
        self, request: books_pb2.GetEvidenceRequest, token: str = "", key: str = ""
    ) -> books_pb2.Evidence:
        """What the chain says of a disputed order."""
        return await self.call("GetEvidence", request, books_pb2.Evidence, token, key)

    async def list_invoices(
        self, request: books_pb2.ListInvoicesRequest, token: str = "", key: str = ""
    ) -> api_pb2.InvoicePage:
        """Invoices, newest first: a partner's own; all for operator and regulator."""
        return await self.call("ListInvoices", request, api_pb2.InvoicePage, token, key)

    async def record_invoice_payment(
        self, request: books_pb2.RecordInvoicePaymentRequest, token: str = "", key: str = ""
    ) -> api_pb2.Invoice:
        """Say that an invoice was paid, or a part of it."""
        return await self.call("RecordInvoicePayment", request, api_pb2.Invoice, token, key)

    async def put_risk_tier(
        self, request: books_pb2.PutRiskTierRequest, token: str = "", key: str = ""
    ) -> books_pb2.RiskTier:
        """Say what partners of one risk are asked for, from the next run of payouts on."""
        return await self.call("PutRiskTier", request, books_pb2.RiskTier, token, key)

    async def list_risk_tiers(
        self, request: books_pb2.ListRiskTiersRequest, token: str = "", key: str = ""
    ) -> books_pb2.RiskTiers:
        """What partners of each risk are asked for."""
        return await self.call("ListRiskTiers", request, books_pb2.RiskTiers, token, key)

    async def close_period(
        self, request: books_pb2.ClosePeriodRequest, token: str = "", key: str = ""
    ) -> books_pb2.AccountingPeriod:
        """Close the books of a month that is over, after the one before it."""
        return await self.call("ClosePeriod", request, books_pb2.AccountingPeriod, token, key)

    async def list_periods(
        self, request: books_pb2.ListPeriodsRequest, token: str = "", key: str = ""
    ) -> books_pb2.AccountingPeriodPage:
        """Closed months, newest first."""
        return await self.call("ListPeriods", request, books_pb2.AccountingPeriodPage, token, key)

    async def get_period(
        self, request: books_pb2.GetPeriodRequest, token: str = "", key: str = ""
    ) -> books_pb2.AccountingPeriod:
        """A closed month with the balances at its end."""
        return await self.call("GetPeriod", request, books_pb2.AccountingPeriod, token, key)

    async def exchange_money(
        self, request: books_pb2.ExchangeMoneyRequest, token: str = "", key: str = ""
    ) -> books_pb2.Exchange:
        """Write down that money of one currency was given for money of another."""
        return await self.call("ExchangeMoney", request, books_pb2.Exchange, token, key)

    async def list_exchanges(
        self, request: books_pb2.ListExchangesRequest, token: str = "", key: str = ""
    ) -> books_pb2.ExchangePage:
        """Exchanges, newest first."""
        return await self.call("ListExchanges", request, books_pb2.ExchangePage, token, key)

    async def list_seals(
        self, request: books_pb2.ListSealsRequest, token: str = "", key: str = ""
    ) -> books_pb2.SealPage:
        """The links of a chain of hashes over the ledger, newest first."""
        return await self.call("ListSeals", request, books_pb2.SealPage, token, key)

    async def propose(
        self, request: api_pb2.ProposeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Proposal:
        """Propose what one operator may not do alone. Nothing happens before another person approves it."""
        return await self.call("Propose", request, api_pb2.Proposal, token, key)

    async def decide_proposal(
        self, request: api_pb2.DecideProposalRequest, token: str = "", key: str = ""
    ) -> api_pb2.Proposal:
        """Approve what another proposed, which is then done, or reject it."""
        return await self.call("DecideProposal", request, api_pb2.Proposal, token, key)

    async def list_proposals(
        self, request: api_pb2.ListProposalsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ProposalPage:
        """Proposals, newest first."""
        return await self.call("ListProposals", request, api_pb2.ProposalPage, token, key)

    async def list_money_indicators(
        self, request: indicators_pb2.ListMoneyIndicatorsRequest, token: str = "", key: str = ""
    ) -> indicators_pb2.MoneyIndicators:
        """What orders' money comes to, month by month: counted once when a month is over, and of ten residents or more alone."""
        return await self.call("ListMoneyIndicators", request, indicators_pb2.MoneyIndicators, token, key)

    async def list_money_cases(
        self, request: api_pb2.ListMoneyCasesRequest, token: str = "", key: str = ""
    ) -> api_pb2.MoneyCasePage:
        """What only a person can settle, oldest first."""
        return await self.call("ListMoneyCases", request, api_pb2.MoneyCasePage, token, key)

    async def assign_money_case(
        self, request: api_pb2.AssignMoneyCaseRequest, token: str = "", key: str = ""
    ) -> api_pb2.MoneyCase:
        """Say who looks after a case."""
        return await self.call("AssignMoneyCase", request, api_pb2.MoneyCase, token, key)

    async def retry_money_case(
        self, request: api_pb2.RetryMoneyCaseRequest, token: str = "", key: str = ""
    ) -> api_pb2.MoneyCase:
        """Ask the provider again now for what it refused."""
        return await self.call("RetryMoneyCase", request, api_pb2.MoneyCase, token, key)

    async def settle_money_case(
        self, request: api_pb2.SettleMoneyCaseRequest, token: str = "", key: str = ""
    ) -> api_pb2.MoneyCase:
        """Settle a case: say how, and, where money went back another way, by which transfer of the operator's bank."""
        return await self.call("SettleMoneyCase", request, api_pb2.MoneyCase, token, key)

    async def check_ledger(
        self, request: api_pb2.CheckLedgerRequest, token: str = "", key: str = ""
    ) -> api_pb2.LedgerCheck:
        """Recompute the whole ledger and say whether it holds."""
        return await self.call("CheckLedger", request, api_pb2.LedgerCheck, token, key)

    async def learn_standing(
        self, request: api_pb2.LearnStandingRequest, token: str = "", key: str = ""
    ) -> api_pb2.LearnedStanding:
        """For partners, with the token of who suspends or freezes: ask now how a partner stands. Once it is answered no payout is made by what was so before."""
        return await self.call("LearnStanding", request, api_pb2.LearnedStanding, token, key)
