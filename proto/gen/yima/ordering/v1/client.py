"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.ordering.v1 import api_pb2
from yima.ordering.v1 import indicators_pb2


class OrderingClient(Client):
    """How an order moves, and when it must stop."""

    service = api_pb2.DESCRIPTOR.services_by_name["OrderingApi"]

    async def place_order(
        self, request: api_pb2.PlaceOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Place an order with one partner. It is confirmed once money, consent and slot are in."""
        return await self.call("PlaceOrder", request, api_pb2.Order, token, key)

    async def place_desk_order(
        self, request: api_pb2.PlaceDeskOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Place an order for the resident whose health code was scanned at the caller's institution, for offerings of its own. It waits for the resident's own word (`AgreeToDeskOrder`), whatever it costs: the desk gives none for them."""
        return await self.call("PlaceDeskOrder", request, api_pb2.Order, token, key)

    async def agree_to_desk_order(
        self, request: api_pb2.AgreeToDeskOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Agree to an order that a desk placed, as it stands. Paying it says the same."""
        return await self.call("AgreeToDeskOrder", request, api_pb2.Order, token, key)

    async def send_desk_order_code(
        self, request: api_pb2.SendDeskOrderCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.DeskOrderCode:
        """Send the resident of an order that a desk placed a text message: what is ordered, where, what it costs, and a code of six digits. It goes to the telephone number that they confirmed, or who acts for them did; nobody else sees the code."""
        return await self.call("SendDeskOrderCode", request, api_pb2.DeskOrderCode, token, key)

    async def agree_to_desk_order_by_code(
        self, request: api_pb2.AgreeToDeskOrderByCodeRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Give the resident's word for an order that a desk placed, by the code that they had by text message and told the desk. It is their word for the order alone: it neither pays nor consents."""
        return await self.call("AgreeToDeskOrderByCode", request, api_pb2.Order, token, key)

    async def disown_desk_order(
        self, request: api_pb2.DisownDeskOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Say of an order that a desk placed that it was not the resident: it is cancelled for nothing, and the institution has to answer a complaint about it, which the operator decides."""
        return await self.call("DisownDeskOrder", request, api_pb2.Order, token, key)

    async def stop_series(
        self, request: api_pb2.StopSeriesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Let no further period follow: of an order that is paid by the period. What was paid runs to its end; a next period that waits to be paid is cancelled for nothing. Saying it again changes nothing."""
        return await self.call("StopSeries", request, api_pb2.Order, token, key)

    async def pay_order(
        self, request: api_pb2.PayOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Choose how a placed order is paid, or choose again after a failure. A next period is agreed to by that; one that its resident is not eligible for any more is cancelled instead."""
        return await self.call("PayOrder", request, api_pb2.Order, token, key)

    async def get_order(
        self, request: api_pb2.GetOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """One order: the resident's, the partner's, or any for operator and regulator."""
        return await self.call("GetOrder", request, api_pb2.Order, token, key)

    async def list_orders(
        self, request: api_pb2.ListOrdersRequest, token: str = "", key: str = ""
    ) -> api_pb2.OrderPage:
        """The caller's orders, newest first; only those that every filter lets through."""
        return await self.call("ListOrders", request, api_pb2.OrderPage, token, key)

    async def list_day_sessions(
        self, request: api_pb2.ListDaySessionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.DaySessionPage:
        """A day at the caller's partner, in the order of its times: which sessions are booked, and what each order waits for. It has no names: `orderContact` says who comes, order by order."""
        return await self.call("ListDaySessions", request, api_pb2.DaySessionPage, token, key)

    async def get_booked_days(
        self, request: api_pb2.GetBookedDaysRequest, token: str = "", key: str = ""
    ) -> api_pb2.BookedDays:
        """What closing days would take back at the caller's partner, before it does (`closeDay`, `endCalendar`): how many slots, how many sessions are booked in them, and what their orders cost."""
        return await self.call("GetBookedDays", request, api_pb2.BookedDays, token, key)

    async def state_absence(
        self, request: api_pb2.StateAbsenceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """State that the resident did not come to the session that their order is about, once the grace after its start is over. The order is cancelled for the fee that cancelling in the last moment would have cost; its money waits until the resident could object."""
        return await self.call("StateAbsence", request, api_pb2.Order, token, key)

    async def accept_order(
        self, request: api_pb2.AcceptOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Accept a confirmed order on the partner's behalf."""
        return await self.call("AcceptOrder", request, api_pb2.Order, token, key)

    async def refuse_order(
        self, request: api_pb2.RefuseOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Refuse a confirmed order, with a reason."""
        return await self.call("RefuseOrder", request, api_pb2.Order, token, key)

    async def prove_service(
        self, request: api_pb2.ProveServiceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Prove a service by the receipt of a scanned health code."""
        return await self.call("ProveService", request, api_pb2.Order, token, key)

    async def fulfil_order(
        self, request: api_pb2.FulfilOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Declare a proven order fulfilled; the money is then taken and split."""
        return await self.call("FulfilOrder", request, api_pb2.Order, token, key)

    async def cancel_order(
        self, request: api_pb2.CancelOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Cancel an order that has not been proven; money, consent and slot are given back."""
        return await self.call("CancelOrder", request, api_pb2.Order, token, key)

    async def confirm_service(
        self, request: api_pb2.ConfirmServiceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """The resident themselves, or their guardian, confirms that a service was given."""
        return await self.call("ConfirmService", request, api_pb2.Order, token, key)

    async def state_service(
        self, request: api_pb2.StateServiceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """A partner's system states, signed with the partner's registered key, that a service was given."""
        return await self.call("StateService", request, api_pb2.Order, token, key)

    async def record_usage(
        self, request: api_pb2.RecordUsageRequest, token: str = "", key: str = ""
    ) -> api_pb2.RecordUsageResponse:
        """Record what metered services were used: up to 1,000 at once. A record sent again counts once."""
        return await self.call("RecordUsage", request, api_pb2.RecordUsageResponse, token, key)

    async def book_slot(
        self, request: api_pb2.BookSlotRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Book a further session of a line, or move a booking to another slot. What a partner books or moves, in an order it has accepted, waits for the resident's agreement and costs them nothing until then."""
        return await self.call("BookSlot", request, api_pb2.Order, token, key)

    async def agree_to_sessions(
        self, request: api_pb2.AgreeToSessionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Agree to sessions that the partner has booked or moved. From then on they count like those the resident booked."""
        return await self.call("AgreeToSessions", request, api_pb2.Order, token, key)

    async def cancel_sessions(
        self, request: api_pb2.CancelSessionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Cancel a booked session of a line, or it and all after it. A resident gives these visits up, for the fee of each by its own time; those that the partner cancels, and those the resident never agreed to, may be booked again and cost nothing."""
        return await self.call("CancelSessions", request, api_pb2.Order, token, key)

    async def list_slots_alike(
        self, request: api_pb2.ListSlotsAlikeRequest, token: str = "", key: str = ""
    ) -> api_pb2.FreePlaces:
        """The coming slots at the same weekday and time of the city's clock as this one, for bookings that come again."""
        return await self.call("ListSlotsAlike", request, api_pb2.FreePlaces, token, key)

    async def transfer_order(
        self, request: api_pb2.TransferOrderRequest, token: str = "", key: str = ""
    ) -> api_pb2.Order:
        """Let a dependant of the caller, or the caller, be served instead; before anything was used."""
        return await self.call("TransferOrder", request, api_pb2.Order, token, key)

    async def get_cart(
        self, request: api_pb2.GetCartRequest, token: str = "", key: str = ""
    ) -> api_pb2.Cart:
        """The caller's cart."""
        return await self.call("GetCart", request, api_pb2.Cart, token, key)

    async def put_cart(
        self, request: api_pb2.PutCartRequest, token: str = "", key: str = ""
    ) -> api_pb2.Cart:
        """Replace what is in the caller's cart."""
        return await self.call("PutCart", request, api_pb2.Cart, token, key)

    async def check_out(
        self, request: api_pb2.CheckOutRequest, token: str = "", key: str = ""
    ) -> api_pb2.CheckOutResponse:
        """Order what is in the cart: one order a partner, and one of its own of each line that is paid by the period; all of them or none."""
        return await self.call("CheckOut", request, api_pb2.CheckOutResponse, token, key)

    async def review_service(
        self, request: api_pb2.ReviewServiceRequest, token: str = "", key: str = ""
    ) -> api_pb2.Review:
        """Review a line that was served; once."""
        return await self.call("ReviewService", request, api_pb2.Review, token, key)

    async def list_reviews(
        self, request: api_pb2.ListReviewsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ReviewPage:
        """An offering's reviews, newest first. Texts are there once the operator has let them pass."""
        return await self.call("ListReviews", request, api_pb2.ReviewPage, token, key)

    async def decide_review_text(
        self, request: api_pb2.DecideReviewTextRequest, token: str = "", key: str = ""
    ) -> api_pb2.Review:
        """Let a review's text be shown, or withhold it."""
        return await self.call("DecideReviewText", request, api_pb2.Review, token, key)

    async def list_undecided_reviews(
        self, request: api_pb2.ListUndecidedReviewsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ReviewPage:
        """Reviews whose text waits for a decision, oldest first."""
        return await self.call("ListUndecidedReviews", request, api_pb2.ReviewPage, token, key)

    async def complain(
        self, request: api_pb2.ComplainRequest, token: str = "", key: str = ""
    ) -> api_pb2.Complaint:
        """Complain about an order: opens a case the partner must answer in time."""
        return await self.call("Complain", request, api_pb2.Complaint, token, key)

    async def answer_complaint(
        self, request: api_pb2.AnswerComplaintRequest, token: str = "", key: str = ""
    ) -> api_pb2.Complaint:
        """Answer a complaint on the partner's behalf."""
        return await self.call("AnswerComplaint", request, api_pb2.Complaint, token, key)

    async def list_order_indicators(
        self, request: indicators_pb2.ListOrderIndicatorsRequest, token: str = "", key: str = ""
    ) -> indicators_pb2.OrderIndicators:
        """What orders come to, month by month: counted once when a month is over, and of ten residents or more alone."""
        return await self.call("ListOrderIndicators", request, indicators_pb2.OrderIndicators, token, key)

    async def decide_complaint(
        self, request: api_pb2.DecideComplaintRequest, token: str = "", key: str = ""
    ) -> api_pb2.Complaint:
        """Decide a complaint that was answered, or whose time to answer is over."""
        return await self.call("DecideComplaint", request, api_pb2.Complaint, token, key)

    async def list_complaints(
        self, request: api_pb2.ListComplaintsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ComplaintPage:
        """Complaints: the caller's, the partner's, or all for operator and regulator; newest first."""
        return await self.call("ListComplaints", request, api_pb2.ComplaintPage, token, key)

    async def check_eligibility(
        self, request: api_pb2.CheckEligibilityRequest, token: str = "", key: str = ""
    ) -> api_pb2.EligibilityAnswer:
        """May a resident order an offering, by their age and sex, where they live and which programmes they take part in? Identity and records know these, and the answer says no more than the offering asks for."""
        return await self.call("CheckEligibility", request, api_pb2.EligibilityAnswer, token, key)

    async def make_private_offer(
        self, request: api_pb2.MakePrivateOfferRequest, token: str = "", key: str = ""
    ) -> api_pb2.MadePrivateOffer:
        """Offer one of the caller's published offerings to one buyer, at a lower price and until a day. The answer has the code by which its buyer takes it, once; or it is for the resident whose health code was scanned at the caller's institution, who is told. A practitioner makes one for whom they have scanned, and none by a code. It is in no search, and nobody else learns of it."""
        return await self.call("MakePrivateOffer", request, api_pb2.MadePrivateOffer, token, key)

    async def take_private_offer(
        self, request: api_pb2.TakePrivateOfferRequest, token: str = "", key: str = ""
    ) -> api_pb2.PrivateOffer:
        """Take a private offer by its code, for the caller or one they act for, who is its buyer from then on: nobody else after them."""
        return await self.call("TakePrivateOffer", request, api_pb2.PrivateOffer, token, key)

    async def withdraw_private_offer(
        self, request: api_pb2.WithdrawPrivateOfferRequest, token: str = "", key: str = ""
    ) -> api_pb2.PrivateOffer:
        """Withdraw a private offer that nobody has ordered by yet."""
        return await self.call("WithdrawPrivateOffer", request, api_pb2.PrivateOffer, token, key)

    async def get_private_offer(
        self, request: api_pb2.GetPrivateOfferRequest, token: str = "", key: str = ""
    ) -> api_pb2.PrivateOffer:
        """One private offer: its buyer's, its partner's, or any for operator and regulator. To all others there is none."""
        return await self.call("GetPrivateOffer", request, api_pb2.PrivateOffer, token, key)

    async def list_private_offers(
        self, request: api_pb2.ListPrivateOffersRequest, token: str = "", key: str = ""
    ) -> api_pb2.PrivateOfferPage:
        """Private offers that the caller may see, newest first: those they took, those their institution made, or all."""
        return await self.call("ListPrivateOffers", request, api_pb2.PrivateOfferPage, token, key)

    async def list_free_places(
        self, request: api_pb2.ListFreePlacesRequest, token: str = "", key: str = ""
    ) -> api_pb2.FreePlaces:
        """How many places are left in an offering's coming slots."""
        return await self.call("ListFreePlaces", request, api_pb2.FreePlaces, token, key)

    async def get_free_places(
        self, request: api_pb2.GetFreePlacesRequest, token: str = "", key: str = ""
    ) -> api_pb2.OfferingsFreePlaces:
        """The same for several offerings at once; one without coming slots is there without places."""
        return await self.call("GetFreePlaces", request, api_pb2.OfferingsFreePlaces, token, key)

    async def learn_standing(
        self, request: api_pb2.LearnStandingRequest, token: str = "", key: str = ""
    ) -> api_pb2.LearnedStanding:
        """For partners, with the token of who suspends or freezes: ask now how a partner stands. Once it is answered no order is placed with it, or accepted by it, by what was so before."""
        return await self.call("LearnStanding", request, api_pb2.LearnedStanding, token, key)
