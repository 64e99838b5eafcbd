// Pages read aloud by the browser: nothing of them leaves the device, for it reads by voices of its own alone.

import { i18n } from "@lingui/core";
import { useSyncExternalStore } from "react";

const RATE = 0.9; // a little slower than voices speak by themselves
const BLOCKS = "h1, h2, h3, h4, p, li, dt, dd, td, th, summary, label, legend, div";
const UNREAD =
  "button, select, input, textarea, svg, script, .actions, [aria-hidden=true], details:not([open]) > :not(summary)";
const ENDS = /[.!?。！？؟:：]$/;

/** A voice that speaks the language of the pages, if there is one. Voices that a browser's maker reads with over the
 * network would be sent what is in a record: none of those. */
function ownVoice(): SpeechSynthesisVoice | undefined {
  if (!("speechSynthesis" in window)) return undefined;
  const language = i18n.locale.split("-")[0];
  return window.speechSynthesis.getVoices().find((each) => each.localService && each.lang.split(/[-_]/)[0] === language);
}

/** Whether this device can read the pages aloud: browsers find their voices some time after a page has begun. */
export function useCanSpeak(): boolean {
  return useSyncExternalStore(
    (listener) => {
      if (!("speechSynthesis" in window)) return () => undefined;
      const speech = window.speechSynthesis;
      speech.addEventListener("voiceschanged", listener);
      return () => speech.removeEventListener("voiceschanged", listener);
    },
    () => ownVoice() !== undefined,
  );
}

const isVisible = (element: Element): boolean => !("checkVisibility" in element) || element.checkVisibility();

/** What of a page is read: what it says, as somebody sees it, and not what can be pressed or filled in. */
export function sentencesOf(page: Element): string[] {
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  const sentences: string[] = [];
  let block: Element | null = null;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const text = node.textContent?.replace(/\s+/g, " ") ?? "";
    if (!parent || !text.trim() || parent.closest(UNREAD) || !isVisible(parent)) continue;
    const own = parent.closest(BLOCKS);
    if (own === block && sentences.length > 0) sentences[sentences.length - 1] += text;
    else sentences.push(text);
    block = own;
  }
  return sentences.map((each) => each.trim()).map((each) => (ENDS.test(each) ? each : `${each}.`));
}

/** Reads sentences, one after the other, in the language of the pages; says when it is over. */
export function readAloud(sentences: readonly string[], over: () => void): void {
  window.speechSynthesis.cancel();
  const voice = ownVoice();
  if (!voice || sentences.length === 0) {
    over();
    return;
  }
  for (const [index, text] of sentences.entries()) {
    const speech = new SpeechSynthesisUtterance(text);
    speech.lang = i18n.locale;
    speech.rate = RATE;
    speech.voice = voice;
    if (index === sentences.length - 1) speech.onend = over;
    speech.onerror = over;
    window.speechSynthesis.speak(speech);
  }
}

export function stopReading(): void {
  if ("speechSynthesis" in window) window.speechSynthesis.cancel();
}
