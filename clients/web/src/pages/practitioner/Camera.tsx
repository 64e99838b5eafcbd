import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useRef, useState } from "react";
import { Notice } from "../../kit/Notice.tsx";

interface Detector {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

type Trouble = "refused" | "none" | "failed";
const LOOKS_EVERY = 250; // milliseconds

/** The browser's own reader of QR codes, else ours, which comes with its machine code from this origin. */
async function detector(): Promise<Detector> {
  const own = (window as { BarcodeDetector?: { new (how: object): Detector; getSupportedFormats(): Promise<string[]> } })
    .BarcodeDetector;
  if (own && (await own.getSupportedFormats()).includes("qr_code")) return new own({ formats: ["qr_code"] });
  const [{ BarcodeDetector, prepareZXingModule }, { default: machineCode }] = await Promise.all([
    import("barcode-detector/ponyfill"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  prepareZXingModule({ overrides: { locateFile: () => machineCode } });
  return new BarcodeDetector({ formats: ["qr_code"] });
}

/** Shows what the camera sees until a QR code is in it, once. */
export function Camera({ onCode }: { onCode: (text: string) => void }) {
  const { t } = useLingui();
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const heard = useRef(onCode);
  heard.current = onCode;

  useEffect(() => {
    let over = false;
    let stream: MediaStream | null = null;

    async function watch() {
      if (!navigator.mediaDevices) throw new DOMException("", "NotFoundError"); // not a secure origin
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
      const shown = video.current;
      if (over || !shown) return stop();
      shown.srcObject = stream;
      await shown.play();
      const reader = await detector();
      while (!over) {
        const [code] = shown.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await reader.detect(shown) : [];
        if (code && !over) {
          over = true;
          stop();
          return heard.current(code.rawValue);
        }
        await new Promise((resolve) => setTimeout(resolve, LOOKS_EVERY));
      }
    }

    function stop() {
      for (const track of stream?.getTracks() ?? []) track.stop();
    }

    watch().catch((error: unknown) => {
      if (over) return;
      const name = error instanceof DOMException ? error.name : "";
      setTrouble(name === "NotAllowedError" ? "refused" : name === "NotFoundError" ? "none" : "failed");
      if (!name) console.warn(error);
    });
    return () => {
      over = true;
      stop();
    };
  }, []);

  if (trouble) {
    return (
      <Notice tone="warn" title={trouble === "none" ? t`There is no camera here` : t`The camera cannot be used`}>
        <p>
          {trouble === "refused" ? (
            <Trans>Allow this page to use the camera in your browser, or type the code.</Trans>
          ) : (
            <Trans>Type the code instead.</Trans>
          )}
        </p>
      </Notice>
    );
  }
  return <video ref={video} className="camera" muted playsInline aria-label={t`What the camera sees`} />;
}
