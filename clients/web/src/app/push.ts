// Messages that the browser shows by itself, while no page is open: its Push API. What it then shows is in
// `public/push.js`.

import { atTheEnd } from "./session.ts";

const KEPT = "yima-push"; // the id of this browser's subscription, as the gateway knows it

export const canPush = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

const manager = async () => (await navigator.serviceWorker.getRegistration("/app/"))?.pushManager;

/** Where messages for this browser are sent, and what they are enciphered with. */
export interface Keys {
  endpoint: string;
  publicKey: string;
  auth: string;
}

/** Asks whoever is there whether messages may be shown here, and the browser for where to send them; null: they may not,
 * or this browser cannot. */
export async function subscribe(cityKey: string): Promise<Keys | null> {
  if ((await Notification.requestPermission()) !== "granted") return null;
  try {
    const made = await (await manager())?.subscribe({ userVisibleOnly: true, applicationServerKey: cityKey });
    const { endpoint, keys } = made?.toJSON() ?? {};
    if (!endpoint || !keys?.["p256dh"] || !keys["auth"]) return null;
    return { endpoint, publicKey: keys["p256dh"], auth: keys["auth"] };
  } catch {
    return null; // the browser has no push service, or cannot reach it
  }
}

export const keepSubscription = (id: string): void => localStorage.setItem(KEPT, id);

export const keptSubscription = (): string | null => localStorage.getItem(KEPT);

/** Have this browser show nothing any more. */
export async function unsubscribe(): Promise<void> {
  localStorage.removeItem(KEPT);
  if (canPush()) await (await (await manager())?.getSubscription())?.unsubscribe();
}

// whoever signs out here is told nothing here any more
atTheEnd((chosen) => {
  if (chosen) void unsubscribe();
});
