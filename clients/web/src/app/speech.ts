// Pages read aloud by the browser: nothing of them leaves the device where it has voices of its own.

import { i18n } from "@lingui/core";

export const canSpeak = (): boolean => "speechSynthesis" in window;

/** Reads a text, in the language of the pages; says when it is over. */
export function readAloud(text: string, over: () => void): void {
  window.speechSynthesis.cancel();
  const speech = new SpeechSynthesisUtterance(text);
  speech.lang = i18n.locale;
  speech.rate = 0.9;
  // Voices that a browser's maker reads with over the network would be sent what is in a record.
  const voice = window.speechSynthesis
    .getVoices()
    .find((each) => each.localService && each.lang.split(/[-_]/)[0] === i18n.locale.split("-")[0]);
  if (!voice) {
    over();
    return;
  }
  speech.voice = voice;
  speech.onend = over;
  speech.onerror = over;
  window.speechSynthesis.speak(speech);
}

export function stopReading(): void {
  if (canSpeak()) window.speechSynthesis.cancel();
}
