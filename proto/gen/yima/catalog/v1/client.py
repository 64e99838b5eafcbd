"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.catalog.v1 import api_pb2


class CatalogClient(Client):
    """What is on sale, on which terms, asking which data."""

    service = api_pb2.DESCRIPTOR.services_by_name["CatalogApi"]

    async def put_service_definition(
        self, request: api_pb2.PutServiceDefinitionRequest, token: str = "", key: str = ""
    ) -> api_pb2.ServiceDefinition:
        """Put a service definition into the city's catalogue, or replace it."""
        return await self.call("PutServiceDefinition", request, api_pb2.ServiceDefinition, token, key)

    async def list_service_definitions(
        self, request: api_pb2.ListServiceDefinitionsRequest, token: str = "", key: str = ""
    ) -> api_pb2.ServiceDefinitions:
        """The city's service definitions."""
        return await self.call("ListServiceDefinitions", request, api_pb2.ServiceDefinitions, token, key)

    async def draft_offering(
        self, request: api_pb2.DraftOfferingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """Draft an offering from a manifest."""
        return await self.call("DraftOffering", request, api_pb2.Offering, token, key)

    async def revise_offering(
        self, request: api_pb2.ReviseOfferingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """Draft the next revision of an offering."""
        return await self.call("ReviseOffering", request, api_pb2.Offering, token, key)

    async def submit_offering(
        self, request: api_pb2.SubmitOfferingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """Submit the drafted revision for review."""
        return await self.call("SubmitOffering", request, api_pb2.Offering, token, key)

    async def decide_review(
        self, request: api_pb2.DecideReviewRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """Publish or refuse the submitted revision that was looked at, with reasons."""
        return await self.call("DecideReview", request, api_pb2.Offering, token, key)

    async def widen_pilot(
        self, request: api_pb2.WidenPilotRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """Widen a pilot: to more districts, to a later end, or, naming no districts, to everybody. One that has ended goes on."""
        return await self.call("WidenPilot", request, api_pb2.Offering, token, key)

    async def end_pilot(
        self, request: api_pb2.EndPilotRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """End a pilot now. What was ordered stays ordered; its partner may hand in another revision."""
        return await self.call("EndPilot", request, api_pb2.Offering, token, key)

    async def retire_offering(
        self, request: api_pb2.RetireOfferingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """Take an offering off sale for good."""
        return await self.call("RetireOffering", request, api_pb2.Offering, token, key)

    async def add_slots(
        self, request: api_pb2.AddSlotsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Slots:
        """Add bookable slots to an offering."""
        return await self.call("AddSlots", request, api_pb2.Slots, token, key)

    async def add_weekly_slots(
        self, request: api_pb2.AddWeeklySlotsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Slots:
        """Add slots that come again every week, at times of the city's clock, summer and winter."""
        return await self.call("AddWeeklySlots", request, api_pb2.Slots, token, key)

    async def withdraw_slots(
        self, request: api_pb2.WithdrawSlotsRequest, token: str = "", key: str = ""
    ) -> api_pb2.WithdrawnSlots:
        """Withdraw coming slots: some, a day's, or all within an interval. Who has booked one is told: a visit is cancelled for nothing, and a session of a course may be booked again."""
        return await self.call("WithdrawSlots", request, api_pb2.WithdrawnSlots, token, key)

    async def announce_attachment(
        self, request: api_pb2.AnnounceAttachmentRequest, token: str = "", key: str = ""
    ) -> api_pb2.AttachmentLink:
        """Announce a picture or document for the caller's partner's offerings; it is then sent, as it is, to the path that comes back."""
        return await self.call("AnnounceAttachment", request, api_pb2.AttachmentLink, token, key)

    async def get_attachment(
        self, request: api_pb2.GetAttachmentRequest, token: str = "", key: str = ""
    ) -> api_pb2.AttachmentLink:
        """A path from which a picture or document can be fetched for some minutes, on sale or not."""
        return await self.call("GetAttachment", request, api_pb2.AttachmentLink, token, key)

    async def put_site(
        self, request: api_pb2.PutSiteRequest, token: str = "", key: str = ""
    ) -> api_pb2.Site:
        """Put a site of the caller's partner, or replace it: where it serves, and when it is open."""
        return await self.call("PutSite", request, api_pb2.Site, token, key)

    async def put_site_pictures(
        self, request: api_pb2.PutSitePicturesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Site:
        """Put the pictures of a site of the caller's partner in place of those it has. One is shown once an operator has looked at it, with what is said of it; one that is there already is looked at once."""
        return await self.call("PutSitePictures", request, api_pb2.Site, token, key)

    async def list_site_reviews(
        self, request: api_pb2.ListSiteReviewsRequest, token: str = "", key: str = ""
    ) -> api_pb2.SiteReviewPage:
        """Sites with pictures that wait for an operator, or were refused: a partner's own; for the operator, those that wait."""
        return await self.call("ListSiteReviews", request, api_pb2.SiteReviewPage, token, key)

    async def decide_site_pictures(
        self, request: api_pb2.DecideSitePicturesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Site:
        """Show a site's pictures to everybody, or refuse those that wait, with a reason."""
        return await self.call("DecideSitePictures", request, api_pb2.Site, token, key)

    async def list_sites(
        self, request: api_pb2.ListSitesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Sites:
        """A partner's sites, by their codes."""
        return await self.call("ListSites", request, api_pb2.Sites, token, key)

    async def get_sites(
        self, request: api_pb2.GetSitesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Sites:
        """Several sites at once; unknown ids are left out."""
        return await self.call("GetSites", request, api_pb2.Sites, token, key)

    async def put_calendar(
        self, request: api_pb2.PutCalendarRequest, token: str = "", key: str = ""
    ) -> api_pb2.Calendar:
        """Put a calendar of the caller's partner, or replace what is said of it: of somebody who serves, a room or a device. Slots name calendars, and no calendar has two slots at one time."""
        return await self.call("PutCalendar", request, api_pb2.Calendar, token, key)

    async def list_calendars(
        self, request: api_pb2.ListCalendarsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Calendars:
        """The caller's partner's calendars, by their codes."""
        return await self.call("ListCalendars", request, api_pb2.Calendars, token, key)

    async def end_calendar(
        self, request: api_pb2.EndCalendarRequest, token: str = "", key: str = ""
    ) -> api_pb2.WithdrawnSlots:
        """End a calendar, e.g. of somebody who leaves: from a day on it has no slots. Those there are are withdrawn, of whichever offering, and who has booked one is told, as when they are withdrawn one by one."""
        return await self.call("EndCalendar", request, api_pb2.WithdrawnSlots, token, key)

    async def close_day(
        self, request: api_pb2.CloseDayRequest, token: str = "", key: str = ""
    ) -> api_pb2.WithdrawnSlots:
        """Close a day at a site: every coming slot there is withdrawn, of whichever offering, and who has booked one is told."""
        return await self.call("CloseDay", request, api_pb2.WithdrawnSlots, token, key)

    async def list_slots(
        self, request: api_pb2.ListSlotsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Slots:
        """Coming slots of an offering. Whether a place is free is ordering's to say."""
        return await self.call("ListSlots", request, api_pb2.Slots, token, key)

    async def get_offering(
        self, request: api_pb2.GetOfferingRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offering:
        """One offering that is or was published."""
        return await self.call("GetOffering", request, api_pb2.Offering, token, key)

    async def get_offerings(
        self, request: api_pb2.GetOfferingsRequest, token: str = "", key: str = ""
    ) -> api_pb2.Offerings:
        """Several published offerings at once; unknown ids are left out."""
        return await self.call("GetOfferings", request, api_pb2.Offerings, token, key)

    async def list_offerings(
        self, request: api_pb2.ListOfferingsRequest, token: str = "", key: str = ""
    ) -> api_pb2.OfferingPage:
        """Published offerings: filtered, searched, a page at a time."""
        return await self.call("ListOfferings", request, api_pb2.OfferingPage, token, key)

    async def count_offerings(
        self, request: api_pb2.CountOfferingsRequest, token: str = "", key: str = ""
    ) -> api_pb2.OfferingFacets:
        """How many published offerings a search finds of each category, district, price and so on."""
        return await self.call("CountOfferings", request, api_pb2.OfferingFacets, token, key)

    async def suggest_searches(
        self, request: api_pb2.SuggestSearchesRequest, token: str = "", key: str = ""
    ) -> api_pb2.Suggestions:
        """What to search for, from the letters typed so far."""
        return await self.call("SuggestSearches", request, api_pb2.Suggestions, token, key)

    async def get_partner_measures(
        self, request: api_pb2.GetPartnerMeasuresRequest, token: str = "", key: str = ""
    ) -> api_pb2.PartnerMeasuresList:
        """How partners serve, as ordering measures it; a partner nothing is known of is left out."""
        return await self.call("GetPartnerMeasures", request, api_pb2.PartnerMeasuresList, token, key)

    async def list_partner_offerings(
        self, request: api_pb2.ListPartnerOfferingsRequest, token: str = "", key: str = ""
    ) -> api_pb2.OfferingPage:
        """Offerings in any state: the caller's own for a partner, all for operator and regulator."""
        return await self.call("ListPartnerOfferings", request, api_pb2.OfferingPage, token, key)
