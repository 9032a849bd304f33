// Azurite's own verifiers make shared access signatures of every version of the text; one JSON object a line.
//
//     azurite_sas.mjs SEED COUNT
import { createRequire } from "node:module";

const require = createRequire(`${process.env.WHY401_BED}/npm/package.json`);
const source = "azurite/dist/src";
const { generateBlobSASSignature, generateBlobSASSignatureWithUDK } = require(`${source}/blob/authentication/IBlobSASSignatureValues.js`);
const { generateTableSASSignature } = require(`${source}/table/authentication/ITableSASSignatureValues.js`);
const { generateQueueSASSignature } = require(`${source}/queue/authentication/IQueueSASSignatureValues.js`);
const { generateAccountSASSignature } = require(`${source}/common/authentication/IAccountSASSignatureValues.js`);

let [state, count] = process.argv.slice(2).map(Number);
// Mulberry32: the same requests for the same seed.
const random = () => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const maybe = (value) => (random() < 0.4 ? value : undefined);
const key = Buffer.alloc(64, 7);
const account = "acme";
const versions = ["2015-04-05", "2016-05-31", "2018-03-28", "2018-11-09", "2019-12-12", "2020-02-10", "2020-12-06", "2021-08-06", "2025-07-05"];

for (let index = 0; index < count; index++) {
  const version = pick(versions);
  const common = { version, permissions: pick(["r", "rw", "rwdl"]), expiryTime: "2031-02-03T04:05:06Z", startTime: maybe("2024-01-01"), ipRange: maybe("1.2.3.4"), protocol: maybe("https") };
  const shown = { cacheControl: maybe("no-cache"), contentType: maybe("text/plain; charset=utf-8"), contentDisposition: maybe('attachment; filename="ä.txt"') };
  const query = { sv: version, sp: common.permissions, se: common.expiryTime, st: common.startTime, sip: common.ipRange, spr: common.protocol };
  const answered = { rscc: shown.cacheControl, rsct: shown.contentType, rscd: shown.contentDisposition };
  const kind = pick(["blob", "container", "account", "queue", "table", "user"]);
  let url, signature;
  if (kind === "account") {
    const values = { ...common, services: "bqt", resourceTypes: "sco", encryptionScope: "" };
    [signature] = generateAccountSASSignature(values, account, key);
    Object.assign(query, { ss: "bqt", srt: "sco" });
    url = `https://${account}.blob.core.windows.net/box`;
  } else if (kind === "queue") {
    [signature] = generateQueueSASSignature({ ...common, identifier: "", queueName: "jobs" }, account, key);
    url = `https://${account}.queue.core.windows.net/jobs/messages`;
  } else if (kind === "table") {
    const keys = { startingPartitionKey: maybe("a"), endingRowKey: maybe("9") };
    [signature] = generateTableSASSignature({ ...common, ...keys, identifier: "", tableName: "People" }, account, key);
    Object.assign(query, { spk: keys.startingPartitionKey, erk: keys.endingRowKey, tn: "People" });
    url = `https://${account}.table.core.windows.net/People()`;
  } else if (kind === "user" && version >= "2018-11-09") {
    const user = { signedObjectId: "o", signedTenantId: "t", signedStartsOn: "2024-01-01T00:00:00Z", signedExpiresOn: "2031-01-01T00:00:00Z", signedService: "b", signedVersion: "2021-08-06" };
    const values = { ...common, ...shown, ...user, containerName: "box", blobName: "a b.txt", signedResource: "b" };
    [signature] = generateBlobSASSignatureWithUDK(values, "b", account, key);
    Object.assign(query, answered, { sr: "b", skoid: "o", sktid: "t", skt: user.signedStartsOn, ske: user.signedExpiresOn, sks: "b", skv: "2021-08-06" });
    url = `https://${account}.blob.core.windows.net/box/a%20b.txt`;
  } else {
    const resource = kind === "container" ? "c" : "b";
    const values = { ...common, ...shown, identifier: "", containerName: "box", blobName: "a b.txt", signedResource: resource, snapshot: "" };
    [signature] = generateBlobSASSignature(values, resource, account, key);
    Object.assign(query, answered, { sr: resource });
    url = `https://${account}.blob.core.windows.net/box/a%20b.txt`;
  }
  const text = Object.entries({ ...query, sig: signature }).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  console.log(JSON.stringify({ kind: "sas", account, key: key.toString("base64"), method: "GET", url, query: text, headers: [] }));
}
