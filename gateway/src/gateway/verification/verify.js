"use strict";
// Verifies what the city has signed with its published keys alone, as `yima audit verify` does: the same of the same
// files. Nothing that is verified leaves the page.
(() => {
  const RECEIPT_KEYS = ["receipts", "records", "scans", "certificates"];
  const utf8 = new TextEncoder();

  class NotProved extends Error {
    constructor(flaw) { super(flaw); this.flaw = flaw; }
  }
  const unreadable = () => new NotProved("unreadable");

  function bytesOf(binary) { return Uint8Array.from(binary, (character) => character.charCodeAt(0)); }

  function decoded(text) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) throw unreadable();
    return bytesOf(atob(text));
  }

  function decodedUrl(text) {
    if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw unreadable();
    return bytesOf(atob(text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - text.length % 4) % 4)));
  }

  function fromHex(digits) {
    if (typeof digits !== "string" || !/^([0-9a-fA-F]{2})*$/.test(digits)) throw unreadable();
    return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  }

  function joined(...parts) {
    const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  }

  function equal(one, other) { return one.length === other.length && one.every((byte, index) => byte === other[index]); }

  async function sha256(bytes) { return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)); }

  async function verifies(publicKey, signature, text) {
    const key = await crypto.subtle.importKey("raw", publicKey, {name: "Ed25519"}, false, ["verify"]);
    return crypto.subtle.verify({name: "Ed25519"}, key, signature, utf8.encode(text));
  }

  function unsigned(named, byWithdrawn) {
    return new NotProved(byWithdrawn ? "withdrawn-key" : named ? "changed" : "unknown-key");
  }

  async function verifier(name, content) {
    if (content.length !== 33 || content[0] !== 1) throw unreadable();
    const id = (await sha256(joined(utf8.encode(`${name}\n`), content))).slice(0, 4);
    return {name, id, publicKey: content.slice(1)};
  }

  function treeOf(text) {
    const [origin, size = "", root = ""] = text.split("\n");
    if (!/^(0|[1-9][0-9]{0,17})$/.test(size)) throw unreadable();
    return {origin, size: BigInt(size), root: decoded(root)};
  }

  async function opened(note, keys) {
    const end = note.lastIndexOf("\n\n");
    const text = (end < 0 ? "" : note.slice(0, end)) + "\n";
    const tree = treeOf(text);
    const known = [];
    for (const written of keys.log) {
      const [name, , encoded] = written.trim().split(/\+(.*?)\+(.*)/s);
      known.push({...await verifier(name, decoded(encoded)), counts: true});
    }
    for (const key of keys.receipts?.withdrawn ?? []) {
      known.push({...await verifier(tree.origin, joined(Uint8Array.of(1), decodedUrl(key.x))), counts: false});
    }
    let named = false, byWithdrawn = false;
    for (const line of note.slice(end + 2).split("\n")) {
      const [, dash, name, encoded] = /^([^ ]*) ?([^ ]*) ?(.*)$/s.exec(line);
      if (dash !== "\u2014") continue;
      const content = decoded(encoded);
      for (const key of known) {
        if (key.name !== name || !equal(key.id, content.slice(0, 4))) continue;
        const signs = await verifies(key.publicKey, content.slice(4), text);
        if (signs && key.counts) return tree;
        named = true;
        byWithdrawn ||= signs;
      }
    }
    throw unsigned(named, byWithdrawn);
  }

  async function checkInclusion(tree, index, entry, path) {
    let node = BigInt(index), last = tree.size - 1n;
    if (node < 0n || node >= tree.size) throw new NotProved("not-in-log");
    let digest = await sha256(joined(Uint8Array.of(0), entry));
    for (const beside of path) {
      if (last === 0n) throw new NotProved("not-in-log");
      if (node & 1n || node === last) {
        digest = await sha256(joined(Uint8Array.of(1), beside, digest));
        while (!(node & 1n) && node) { node >>= 1n; last >>= 1n; }
      } else {
        digest = await sha256(joined(Uint8Array.of(1), digest, beside));
      }
      node >>= 1n;
      last >>= 1n;
    }
    if (last || !equal(digest, tree.root)) throw new NotProved("not-in-log");
  }

  // Refuses unless the path shows that the later tree begins with the earlier one (RFC 9162, 2.1.4.2).
  async function checkConsistency(old, tree, path) {
    const apart = new NotProved("not-the-same-log");
    if (old.size > tree.size || !old.size) throw apart;
    if (old.size === tree.size) {
      if (!equal(old.root, tree.root) || path.length) throw apart;
      return;
    }
    const hashes = old.size & (old.size - 1n) ? [...path] : [old.root, ...path];
    if (!hashes.length) throw apart;
    let node = old.size - 1n, last = tree.size - 1n;
    while (node & 1n) { node >>= 1n; last >>= 1n; }
    let [before, ...others] = hashes, after = before;
    for (const beside of others) {
      if (last === 0n) throw apart;
      if (node & 1n || node === last) {
        before = await sha256(joined(Uint8Array.of(1), beside, before));
        after = await sha256(joined(Uint8Array.of(1), beside, after));
        while (!(node & 1n) && node) { node >>= 1n; last >>= 1n; }
      } else {
        after = await sha256(joined(Uint8Array.of(1), after, beside));
      }
      node >>= 1n;
      last >>= 1n;
    }
    if (last || !equal(before, old.root) || !equal(after, tree.root)) throw apart;
  }

  // Is the log of the later checkpoint that of the earlier one, grown? `{kind, …}` or `{flaw}`. `path` is of hexadecimal digits.
  async function grown(earlier, later, path, keys) {
    try {
      const [old, tree] = [await opened(earlier, keys), await opened(later, keys)];
      if (old.origin !== tree.origin) throw new NotProved("not-the-same-log");
      await checkConsistency(old, tree, path.map(fromHex));
      return {kind: "grown", size: Number(tree.size), since: Number(old.size)};
    } catch (error) {
      if (error instanceof NotProved) return {flaw: error.flaw};
      throw error;
    }
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      throw unreadable();
    }
  }

  function isObject(value) { return typeof value === "object" && value !== null && !Array.isArray(value); }

  async function checkProof(proof, keys) {
    const note = isObject(proof.checkpoint) ? proof.checkpoint.note : undefined;
    if (typeof note !== "string" || !Array.isArray(proof.path) || !Number.isInteger(proof.index)) throw unreadable();
    const tree = await opened(note, keys);
    await checkInclusion(tree, proof.index, fromHex(proof.entry), proof.path.map(fromHex));
    return {kind: "entry", size: Number(tree.size), position: proof.index + 1};
  }

  async function checkReceipt(receipt, keys) {
    const parts = receipt.trim().split(".");
    if (parts.length !== 3) throw unreadable();
    const [head, content, signature] = parts;
    const text = new TextDecoder("utf-8", {fatal: true});
    let header, says;
    try {
      [header, says] = [head, content].map((part) => JSON.parse(text.decode(decodedUrl(part))));
    } catch {
      throw unreadable();
    }
    if (!isObject(header) || !isObject(says) || !["EdDSA", "Ed25519"].includes(header.alg)) throw unreadable();
    let named = false, byWithdrawn = false;
    for (const kind of ["keys", "withdrawn"]) {
      for (const key of RECEIPT_KEYS.flatMap((name) => keys[name]?.[kind] ?? [])) {
        if (key.kid !== header.kid || key.crv !== "Ed25519") continue;
        const signs = await verifies(decodedUrl(key.x), decodedUrl(signature), `${head}.${content}`);
        if (signs && kind === "keys") {
          if ((says.use ?? "scan") !== "scan") throw unreadable();
          return {kind: "receipt", says};
        }
        named = true;
        byWithdrawn ||= signs;
      }
    }
    throw unsigned(named, byWithdrawn);
  }

  async function verifyOne(content, keys) {
    try {
      if (content.trimStart().startsWith("{")) {
        const said = parsed(content);
        return "resourceType" in said ? {kind: "document", says: said} : await checkProof(said, keys);
      }
      if (content.includes("\n\n")) return {kind: "checkpoint", size: Number((await opened(content, keys)).size)};
      return await checkReceipt(content, keys);
    } catch (error) {
      if (error instanceof NotProved) return {flaw: error.flaw};
      throw error;
    }
  }

  function ordered(value) {
    if (Array.isArray(value)) return value.map(ordered);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.keys(value).sort().map((name) => [name, ordered(value[name])]));
  }

  // What each of these files is and says, or why it does not hold: `{kind, …}` or `{flaw}`.
  async function verify(files, keys) {
    const found = [];
    for (const file of files) found.push(await verifyOne(file, keys));
    const signed = new Set(found.filter((one) => one.kind === "receipt").map((one) => JSON.stringify(ordered(one.says))));
    return found.map((one) => one.kind === "document" && !signed.has(JSON.stringify(ordered(one.says)))
      ? {flaw: "no-receipt"} : one);
  }

  const WORDS = {
    en: {
      title: "Verify what the city has signed", language: "Language", verify: "Verify",
      about: "Choose files, or paste one: a receipt of a consent, an erasure or a scan; a consent as a FHIR document, with its receipt; a checkpoint of the access log, or a proof of one of its entries. They are verified here, in your browser, and sent nowhere.",
      files: "Files", paste: "Or paste one here", ownKeys: "Verify with keys that you kept, in place of those that the city publishes now",
      checkpoint: "This checkpoint is signed by the city. The access log had {size} entries then.",
      entry: "This entry is in the access log, as its number {position} of {size}.",
      receipt: "This receipt is signed by the city. It says:",
      document: "This document is what the receipt beside it signs.",
      unreadable: "This is not a checkpoint, a proof or a receipt. Choose the file as you got it.",
      changed: "This was changed after it was signed, or is not whole. Do not rely on it; ask for it again.",
      "unknown-key": "No key of this city has signed this. It is another city's, or somebody made it up.",
      "withdrawn-key": "The key that signed this was withdrawn: somebody else may have had it. Do not rely on it; ask for a new one.",
      "not-in-log": "This entry is not in the access log that was signed. Tell the regulator.",
      "no-receipt": "No receipt beside it signs this document. Choose its receipt too; if you did, the document was changed.",
      noKeys: "The city's keys cannot be had now. Try again shortly, or choose keys that you kept.",
      noCrypto: "This browser cannot verify signatures of this kind here. Use a current one, over https; or `yima audit verify`.",
    },
    zh: {
      title: "验证本市的签名", language: "语言", verify: "验证",
      about: "请选择文件，或粘贴一份：同意、删除或扫码的回执；FHIR 格式的同意书及其回执；访问日志的检查点，或其中一条记录的证明。验证在您的浏览器中进行，内容不会发往任何地方。",
      files: "文件", paste: "或粘贴在这里", ownKeys: "用您自己保存的公钥验证，而不用本市现在公布的公钥",
      checkpoint: "该检查点由本市签名。当时访问日志共有 {size} 条记录。",
      entry: "该记录在访问日志中，是 {size} 条中的第 {position} 条。",
      receipt: "该回执由本市签名，内容如下：",
      document: "该文件正是同时提供的回执所签名的内容。",
      unreadable: "这不是检查点、证明或回执。请选择您收到的原文件。",
      changed: "签名之后内容被改动，或内容不完整。请勿采信，请重新索取。",
      "unknown-key": "本市的任何公钥都没有签过它。它来自其他城市，或者是伪造的。",
      "withdrawn-key": "签名所用的密钥已被撤销：可能曾落入他人之手。请勿采信，请重新索取。",
      "not-in-log": "该记录不在已签名的访问日志中。请告知监管部门。",
      "no-receipt": "同时提供的回执都没有签过该文件。请一并选择其回执；若已选择，则该文件被改动过。",
      noKeys: "暂时无法获取本市的公钥。请稍后再试，或选择您保存的公钥。",
      noCrypto: "此浏览器无法在这里验证这种签名。请通过 https 使用较新的浏览器，或使用 `yima audit verify`。",
    },
    ar: {
      title: "تحقَّق مما وقّعته المدينة", language: "اللغة", verify: "تحقَّق",
      about: "اختر ملفات، أو الصق واحدًا: إيصال موافقة أو حذف أو مسح رمز؛ أو موافقة بصيغة FHIR مع إيصالها؛ أو نقطة تحقق من سجل الوصول، أو إثبات أحد قيوده. يجري التحقق هنا في متصفحك، ولا يُرسل شيء إلى أي مكان.",
      files: "الملفات", paste: "أو الصق هنا", ownKeys: "تحقَّق بمفاتيح احتفظت بها بدل التي تنشرها المدينة الآن",
      checkpoint: "نقطة التحقق هذه موقّعة من المدينة. كان في سجل الوصول حينها {size} من القيود.",
      entry: "هذا القيد موجود في سجل الوصول، ورقمه {position} من {size}.",
      receipt: "هذا الإيصال موقّع من المدينة، ونصّه:",
      document: "هذا المستند هو ما يوقّعه الإيصال المرفق به.",
      unreadable: "هذا ليس نقطة تحقق ولا إثباتًا ولا إيصالًا. اختر الملف كما وصلك.",
      changed: "غُيِّر هذا بعد توقيعه، أو هو غير كامل. لا تعتمد عليه، واطلبه من جديد.",
      "unknown-key": "لم يوقّع هذا أيٌّ من مفاتيح هذه المدينة. إنه لمدينة أخرى أو مختلَق.",
      "withdrawn-key": "سُحب المفتاح الذي وقّع هذا: ربما كان بيد غير صاحبه. لا تعتمد عليه، واطلب غيره.",
      "not-in-log": "هذا القيد ليس في سجل الوصول الموقّع. أبلغ الجهة الرقابية.",
      "no-receipt": "لا يوقّع هذا المستندَ أيُّ إيصال مرفق. اختر إيصاله أيضًا؛ وإن فعلت فقد غُيِّر المستند.",
      noKeys: "يتعذّر الحصول على مفاتيح المدينة الآن. حاول بعد قليل، أو اختر مفاتيح احتفظت بها.",
      noCrypto: "لا يستطيع هذا المتصفح التحقق من هذا النوع من التواقيع هنا. استعمل متصفحًا حديثًا عبر https، أو `yima audit verify`.",
    },
  };

  // What is said of an outcome, in one of the languages.
  function said(outcome, language) {
    const text = WORDS[language][outcome.flaw ?? outcome.kind];
    return text.replace("{size}", outcome.size).replace("{position}", outcome.position);
  }

  globalThis.YimaVerification = {verify, grown, said, WORDS};
  if (typeof document === "undefined" || !document.getElementById("verify")) return; // elsewhere than on the page `/verify`

  const at = (id) => document.getElementById(id);
  const language = () => at("language").value;
  let outcomes = [];

  function show() {
    document.documentElement.lang = language();
    document.documentElement.dir = language() === "ar" ? "rtl" : "ltr";
    for (const element of document.querySelectorAll("[data-text]")) {
      element.textContent = WORDS[language()][element.dataset.text];
    }
    at("outcomes").replaceChildren(...outcomes.map(({name, outcome}) => {
      const item = document.createElement("li");
      item.className = outcome.kind ? "holds" : "";
      item.textContent = (name ? `${name}: ` : "") + said(outcome, language());
      if (outcome.kind === "receipt") {
        const content = document.createElement("pre");
        content.dir = "ltr";
        content.textContent = JSON.stringify(outcome.says, null, 2);
        item.append(content);
      }
      return item;
    }));
  }

  async function publishedKeys() {
    const [own] = at("keys").files;
    if (own) return JSON.parse(await own.text());
    const answer = await fetch("/audit-keys.json", {credentials: "omit", cache: "no-store"});
    if (!answer.ok) throw new NotProved("noKeys");
    return answer.json();
  }

  async function run() {
    const files = await Promise.all([...at("files").files].map(async (file) => ({name: file.name, text: await file.text()})));
    if (at("pasted").value.trim()) files.push({name: "", text: at("pasted").value});
    try {
      if (!crypto.subtle) throw new NotProved("noCrypto");
      const keys = await publishedKeys().catch(() => { throw new NotProved("noKeys"); });
      const found = await verify(files.map((file) => file.text), keys);
      outcomes = found.map((outcome, index) => ({name: files[index].name, outcome}));
    } catch (error) {
      outcomes = [{name: "", outcome: {flaw: error instanceof NotProved ? error.flaw : "noCrypto"}}];
    }
    show();
  }

  const preferred = (navigator.language || "en").slice(0, 2);
  at("language").value = preferred in WORDS ? preferred : "en";
  at("language").addEventListener("change", show);
  at("verify").addEventListener("click", run);
  show();
})();
