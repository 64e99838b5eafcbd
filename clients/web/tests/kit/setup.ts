import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// What every browser has and this page without one has not.
window.scrollTo = () => undefined;
HTMLElement.prototype.scrollIntoView = () => undefined;
Object.defineProperty(navigator, "locks", { value: { request: () => new Promise(() => undefined) }, configurable: true }); // nobody signs in

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  window.history.replaceState(null, "", "/app/");
});
