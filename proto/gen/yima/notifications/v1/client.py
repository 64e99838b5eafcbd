"""Generated from the contract; do not edit."""

from chassis.client import Client
from yima.notifications.v1 import api_pb2
from yima.notifications.v1 import messages_pb2


class NotificationsClient(Client):
    """Who is told of what, when, by which channel."""

    service = api_pb2.DESCRIPTOR.services_by_name["NotificationsApi"]

    async def create_webhook_endpoint(
        self, request: api_pb2.CreateWebhookEndpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEndpoint:
        """Have events of the caller's partner sent to an address. The secret that signs them is shown this once."""
        return await self.call("CreateWebhookEndpoint", request, api_pb2.WebhookEndpoint, token, key)

    async def update_webhook_endpoint(
        self, request: api_pb2.UpdateWebhookEndpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEndpoint:
        """Change an endpoint's address, event types and description: all three are as they are said here."""
        return await self.call("UpdateWebhookEndpoint", request, api_pb2.WebhookEndpoint, token, key)

    async def pause_webhook_endpoint(
        self, request: api_pb2.PauseWebhookEndpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEndpoint:
        """Send nothing to an endpoint until it is resumed. What happens meanwhile waits, each event for a day."""
        return await self.call("PauseWebhookEndpoint", request, api_pb2.WebhookEndpoint, token, key)

    async def resume_webhook_endpoint(
        self, request: api_pb2.ResumeWebhookEndpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEndpoint:
        """Send again to an endpoint that was paused, or that was disabled because nothing arrived."""
        return await self.call("ResumeWebhookEndpoint", request, api_pb2.WebhookEndpoint, token, key)

    async def end_webhook_endpoint(
        self, request: api_pb2.EndWebhookEndpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEndpoint:
        """End an endpoint for good. What was not sent to it yet is not sent."""
        return await self.call("EndWebhookEndpoint", request, api_pb2.WebhookEndpoint, token, key)

    async def rotate_webhook_secret(
        self, request: api_pb2.RotateWebhookSecretRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEndpoint:
        """Give an endpoint another secret. Both sign for a while, so that the receiver changes over without losing anything. The new one is shown this once."""
        return await self.call("RotateWebhookSecret", request, api_pb2.WebhookEndpoint, token, key)

    async def list_webhook_endpoints(
        self, request: api_pb2.ListWebhookEndpointsRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEndpointPage:
        """The endpoints of the caller's partner, newest first, those that ended too."""
        return await self.call("ListWebhookEndpoints", request, api_pb2.WebhookEndpointPage, token, key)

    async def test_webhook_endpoint(
        self, request: api_pb2.TestWebhookEndpointRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookDelivery:
        """Send an endpoint an event of the type `webhook.test`, about nothing."""
        return await self.call("TestWebhookEndpoint", request, api_pb2.WebhookDelivery, token, key)

    async def list_webhook_event_types(
        self, request: api_pb2.ListWebhookEventTypesRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEventTypes:
        """Which types of events there are, and what each says, as JSON Schema."""
        return await self.call("ListWebhookEventTypes", request, api_pb2.WebhookEventTypes, token, key)

    async def list_webhook_events(
        self, request: api_pb2.ListWebhookEventsRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookEventPage:
        """What happened that concerns the caller's partner, oldest first, as webhooks say it. Events stay for 30 days."""
        return await self.call("ListWebhookEvents", request, api_pb2.WebhookEventPage, token, key)

    async def list_webhook_deliveries(
        self, request: api_pb2.ListWebhookDeliveriesRequest, token: str = "", key: str = ""
    ) -> api_pb2.WebhookDeliveryPage:
        """Deliveries of the caller's partner, newest first, with each attempt: what was answered, and how long that took."""
        return await self.call("ListWebhookDeliveries", request, api_pb2.WebhookDeliveryPage, token, key)

    async def replay_deliveries(
        self, request: api_pb2.ReplayDeliveriesRequest, token: str = "", key: str = ""
    ) -> api_pb2.ReplayedDeliveries:
        """Send events again to an endpoint: those that are named, or all of its types since a moment, at most 1,000 at once. They keep their ids, so that a receiver knows them."""
        return await self.call("ReplayDeliveries", request, api_pb2.ReplayedDeliveries, token, key)

    async def start_conformance_run(
        self, request: api_pb2.StartConformanceRunRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConformanceRun:
        """Begin to observe how an endpoint, and the system behind it, deal with what a city sends. One that is under way for the endpoint is over by it. The city decides each check by what it sent, what was answered and what happened then."""
        return await self.call("StartConformanceRun", request, api_pb2.ConformanceRun, token, key)

    async def begin_conformance_check(
        self, request: api_pb2.BeginConformanceCheckRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConformanceRun:
        """Say which order or statement, begun since the run began, a check is to be decided by. The check begins with it."""
        return await self.call("BeginConformanceCheck", request, api_pb2.ConformanceRun, token, key)

    async def get_conformance_run(
        self, request: api_pb2.GetConformanceRunRequest, token: str = "", key: str = ""
    ) -> api_pb2.ConformanceRun:
        """A run of the caller's partner, with each check: what was sent, expected and answered. Runs stay for 30 days."""
        return await self.call("GetConformanceRun", request, api_pb2.ConformanceRun, token, key)

    async def list_messages(
        self, request: messages_pb2.ListMessagesRequest, token: str = "", key: str = ""
    ) -> messages_pb2.PersonalMessagePage:
        """What the caller has been told, newest first. It stays for a year."""
        return await self.call("ListMessages", request, messages_pb2.PersonalMessagePage, token, key)

    async def mark_messages_read(
        self, request: messages_pb2.MarkMessagesReadRequest, token: str = "", key: str = ""
    ) -> messages_pb2.MessagesRead:
        """Mark messages of the caller's as read: those that are named, or all until one of them."""
        return await self.call("MarkMessagesRead", request, messages_pb2.MessagesRead, token, key)

    async def get_notification_preferences(
        self, request: messages_pb2.GetNotificationPreferencesRequest, token: str = "", key: str = ""
    ) -> messages_pb2.NotificationPreferences:
        """By which channels the caller is told of what."""
        return await self.call("GetNotificationPreferences", request, messages_pb2.NotificationPreferences, token, key)

    async def set_notification_preferences(
        self, request: messages_pb2.SetNotificationPreferencesRequest, token: str = "", key: str = ""
    ) -> messages_pb2.NotificationPreferences:
        """Choose them: what is not named stays as it is. Some kinds cannot be switched off."""
        return await self.call("SetNotificationPreferences", request, messages_pb2.NotificationPreferences, token, key)

    async def register_push_subscription(
        self, request: messages_pb2.RegisterPushSubscriptionRequest, token: str = "", key: str = ""
    ) -> messages_pb2.PushSubscription:
        """Have messages shown by a browser, as its Push API describes it."""
        return await self.call("RegisterPushSubscription", request, messages_pb2.PushSubscription, token, key)

    async def end_push_subscription(
        self, request: messages_pb2.EndPushSubscriptionRequest, token: str = "", key: str = ""
    ) -> messages_pb2.PushSubscription:
        """Have them shown there no longer."""
        return await self.call("EndPushSubscription", request, messages_pb2.PushSubscription, token, key)

    async def list_message_counts(
        self, request: messages_pb2.ListMessageCountsRequest, token: str = "", key: str = ""
    ) -> messages_pb2.MessageCounts:
        """How many messages of the last day are where, by channel: nobody's, and nothing of what they say."""
        return await self.call("ListMessageCounts", request, messages_pb2.MessageCounts, token, key)

    async def carry_messages(
        self, request: messages_pb2.CarryMessagesRequest, token: str = "", key: str = ""
    ) -> messages_pb2.MessagesCarried:
        """For identity: carry messages of its own, such as the codes that confirm an address."""
        return await self.call("CarryMessages", request, messages_pb2.MessagesCarried, token, key)
