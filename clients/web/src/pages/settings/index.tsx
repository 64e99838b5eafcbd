import type { RolePages } from "../../app/roles.ts";
import { SecurityPage } from "./Security.tsx";
import { SettingsPage } from "./Settings.tsx";
import { TakeAwayPage } from "./TakeAway.tsx";
import { DevicesPage } from "./Devices.tsx";
import { MessagesPage } from "./Messages.tsx";
import { NotificationsPage } from "./Notifications.tsx";
import { ProfilePage } from "./Profile.tsx";

/** What everybody can set, whatever their role, and what they were told. */
const settings: RolePages = {
  useNavigation: () => [],
  pages: [
    ["/settings", SettingsPage],
    ["/messages", MessagesPage],
    ["/settings/notifications", NotificationsPage],
    ["/settings/security", SecurityPage],
    ["/settings/profile", ProfilePage],
    ["/settings/devices", DevicesPage],
    ["/settings/data", TakeAwayPage],
  ],
};

export default settings;
