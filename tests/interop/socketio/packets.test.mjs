// What a server does with each packet, well-formed or not: the wire decides, byte by byte.
import { describe } from "node:test";
import { test } from "../support/timed.mjs";
import { host } from "../support/hosts.mjs";
import { converse, joined } from "../support/conversation.mjs";

host("B");

const bytes = (...values) => Buffer.from(values);
const placeholder = (num) => `{"_placeholder":true,"num":${num}}`;
const nested = `${"[".repeat(200)}${"]".repeat(200)}`;
const invalid = (nsp) => `44${nsp},{"message":"Invalid namespace"}`;

// [name, frames sent, frames received, "open" | "closed" | "either"]
const connecting = [
  ["CONNECT", ["40"], joined, "open"],
  ["CONNECT 40/", ["40/"], joined, "open"],
  ["CONNECT 40/,", ["40/,"], joined, "open"],
  ["CONNECT with an auth object", ['40{"token":"abc"}'], [joined[0], '42["auth",{"token":"abc"}]'], "open"],
  ["CONNECT with an empty object", ["40{}"], joined, "open"],
  ["CONNECT to the main namespace by name with auth", ['40/,{"a":1}'], [joined[0], '42["auth",{"a":1}]'], "open"],
  ["CONNECT with an array", ["40[]"], [], "closed"],
  ["CONNECT with a string", ['40"abc"'], [], "closed"],
  ["CONNECT with null", ["40null"], [], "closed"],
  ["CONNECT with a number after text", ["40{}x"], [], "closed"],
  ["CONNECT with broken JSON", ['40{"a":'], [], "closed"],
  ["CONNECT to an unknown namespace", ["40/random,"], [invalid("/random")], "open"],
  ["CONNECT to an unknown namespace without a comma", ["40/random"], [invalid("/random")], "open"],
  ["CONNECT to an unknown namespace with auth", ['40/random,{"token":"abc"}'], [invalid("/random")], "open"],
  ["CONNECT to a namespace that is only a query", ["40/?a=b,"], [invalid("/?a=b")], "open"],
  ["CONNECT to a known namespace with a query", ["40/custom?a=b,"], [invalid("/custom?a=b")], "open"],
  ["CONNECT to a namespace in other letters", ["40/Custom,"], [invalid("/Custom")], "open"],
  ["CONNECT to a namespace beyond ASCII", ["40/é€😀,"], [invalid("/é€😀")], "open"],
  ["CONNECT to an unknown namespace, then to the main one", ["40/random,", "40"], [invalid("/random"), ...joined], "open"],
  ["CONNECT to a namespace named like a property of every object", ["40/__proto__", "40/constructor,"], [invalid("/__proto__"), invalid("/constructor")], "open"],
  ["CONNECT twice", ["40", "40"], joined, "closed"],
  ["CONNECT twice to /custom", ["40/custom", "40/custom,"], ['40/custom,{"sid":"…"}', '42/custom,["auth",{}]'], "closed"],
  ["EVENT before CONNECT", ['42["message",1]'], [], "closed"],
  ["ACK before CONNECT", ["430[]"], [], "closed"],
  ["DISCONNECT before CONNECT", ["41"], [], "closed"],
  ["CONNECT_ERROR before CONNECT", ['44{"message":"no"}'], [], "closed"],
];

// the main namespace has been joined
const established = [
  ["EVENT to a namespace that was not joined", ['42/custom,["message",1]'], [], "closed"],
  ["DISCONNECT of a namespace that was not joined", ["41/custom,"], [], "closed"],
  ["CONNECT_ERROR from a client", ['44{"message":"no"}'], [], "closed"],
  ["CONNECT_ERROR from a client with a string", ['44"no"'], [], "closed"],
  ["DISCONNECT", ["41"], [], "open"],
  ["DISCONNECT 41/,", ["41/,"], [], "open"],
  ["DISCONNECT with a payload", ["41{}"], [], "closed"],

  ["an EVENT", ['42["message",1,"2",{"3":[true]},null]'], ['42["message-back",1,"2",{"3":[true]},null]'], "open"],
  ["an EVENT without arguments", ['42["message"]'], ['42["message-back"]'], "open"],
  ["an EVENT with white space in its JSON", ['42[ "message" , 1 ]'], ['42["message-back",1]'], "open"],
  ["an EVENT with the main namespace by name", ['42/,["message",1]'], ['42["message-back",1]'], "open"],
  ["an EVENT with an ack id", ['420["message-with-ack",1]'], ["430[1]"], "open"],
  ["an EVENT with a longer ack id", ['4212["message-with-ack",2]'], ["4312[2]"], "open"],
  ["an EVENT with an ack and no arguments", ['427["message-with-ack"]'], ["437[]"], "open"],
  ["an ack id with leading zeros", ['42007["message-with-ack",1]'], ["437[1]"], "open"],
  ["an ack id up to 2^53 - 1", ['429007199254740991["message-with-ack",1]'], ["439007199254740991[1]"], "open"],
  ["the ack id 1.5", ['421.5["message-with-ack",1]'], [], "closed"],
  ["the ack id -1", ['42-1["message-with-ack",1]'], [], "closed"],
  ["the ack id abc", ['42abc["message",1]'], [], "closed"],
  ["an ACK nobody waits for", ["4399[1]"], [], "open"],
  ["an ACK without an id", ["43[1]"], [], "open"],
  ["an ACK with an object", ['430{"a":1}'], [], "closed"],
  ["an ACK with broken JSON", ["430[1"], [], "closed"],

  ["EVENT without a payload (Node lets it pass)", ["42"], [], "either"],
  ["EVENT with an empty array", ["42[]"], [], "closed"],
  ["EVENT with an object", ["42{}"], [], "closed"],
  ["EVENT with a string", ['42"message"'], [], "closed"],
  ["EVENT with broken JSON", ['42["message"'], [], "closed"],
  ["EVENT with text behind its JSON", ['42["message"]x'], [], "closed"],
  ["EVENT with a trailing comma", ['42["message",]'], [], "closed"],
  ["EVENT with a number as its name", ["42[1,2]"], [], "open"],
  ["EVENT with null as its name", ["42[null]"], [], "closed"],
  ["EVENT with a boolean as its name", ["42[true]"], [], "closed"],
  ["EVENT with an object as its name", ["42[{}]"], [], "closed"],
  ["EVENT with an array as its name", ['42[["message"]]'], [], "closed"],
  ...["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"].map(
    (name) => [`EVENT with the reserved name ${name}`, [`42["${name}"]`], [], "closed"]),
  ...["connection", "error", "", "constructor", "__proto__", "toString"].map(
    (name) => [`EVENT with the name ${JSON.stringify(name)}, which is legal`, [`42["${name}",1]`], [], "open"]),

  ["packet type 7", ['47["message"]'], [], "closed"],
  ["packet type a", ['4a["message"]'], [], "closed"],
  ["packet type abc", ["4abc"], [], "closed"],
  ["an empty message", ["4"], [], "closed"],

  ["BINARY EVENT with one attachment", [`451-["message",${placeholder(0)}]`, bytes(1, 2)], [`451-["message-back",${placeholder(0)}]`, "<0102>"], "open"],
  ["BINARY EVENT with an ack", [`451-0["message-with-ack",${placeholder(0)}]`, bytes(1, 2)], [`461-0[${placeholder(0)}]`, "<0102>"], "open"],
  ["BINARY EVENT with an empty attachment", [`451-["message",${placeholder(0)}]`, bytes()], [`451-["message-back",${placeholder(0)}]`, "<>"], "open"],
  ["BINARY EVENT with attachments out of order: they are numbered anew", [`452-["message",${placeholder(1)},"x",${placeholder(0)}]`, bytes(1), bytes(2)],
    [`452-["message-back",${placeholder(0)},"x",${placeholder(1)}]`, "<02>", "<01>"], "open"],
  ["BINARY EVENT with nested attachments", [`452-["message",{"a":[${placeholder(0)}],"b":{"c":${placeholder(1)}}}]`, bytes(1), bytes(2)],
    [`452-["message-back",{"a":[${placeholder(0)}],"b":{"c":${placeholder(1)}}}]`, "<01>", "<02>"], "open"],
  ["two placeholders of one attachment", [`452-0["message-with-ack",[${placeholder(0)},${placeholder(0)}]]`, bytes(1), bytes(2)],
    [`462-0[[${placeholder(0)},${placeholder(1)}]]`, "<01>", "<01>"], "open"],
  ["an attachment nobody points at", ['451-0["message-with-ack",1]', bytes(1)], ["430[1]"], "open"],
  ["a placeholder out of range", [`451-["message",${placeholder(1)}]`, bytes(1)], [], "closed"],
  ["a negative placeholder", [`451-["message",${placeholder(-1)}]`, bytes(1)], [], "closed"],
  ["a placeholder with a string", [`451-["message",{"_placeholder":true,"num":"0"}]`, bytes(1)], [], "closed"],
  ["a placeholder without a number", ['451-["message",{"_placeholder":true}]', bytes(1)], [], "closed"],
  ["BINARY EVENT with 0 attachments", ['450-["message"]'], [], "closed"],
  ["BINARY EVENT without a count", ['45["message"]'], [], "closed"],
  ["BINARY EVENT with an empty count", ['45-["message"]'], [], "closed"],
  ["BINARY EVENT without a dash", ['451["message"]', bytes(1)], [], "closed"],
  ["BINARY EVENT with a negative count", ['45-1-["message"]', bytes(1)], [], "closed"],
  ["BINARY EVENT with a fractional count", ['451.5-["message"]', bytes(1)], [], "closed"],
  ["BINARY EVENT with 10 attachments", ['4510-0["message-with-ack",1]', ...Array(10).fill(bytes(1))], ["430[1]"], "open"],
  ["BINARY EVENT with 11 attachments", ['4511-0["message-with-ack",1]', ...Array(11).fill(bytes(1))], [], "closed"],
  ["BINARY EVENT with a count beyond every integer", ['4599999999999999999999-["message"]'], [], "closed"],
  ["BINARY EVENT with a reserved name", [`451-["disconnect",${placeholder(0)}]`, bytes(1)], [], "closed"],
  ["a binary message without a header", [bytes(1)], [], "closed"],
  ["an empty binary message without a header", [bytes()], [], "closed"],
  ["a text message while an attachment is awaited", [`451-["message",${placeholder(0)}]`, '42["message"]'], [], "closed"],
  ["DISCONNECT while an attachment is awaited", [`451-["message",${placeholder(0)}]`, "41"], [], "closed"],
  ["one binary message too many", [`451-0["message-with-ack",${placeholder(0)}]`, bytes(1), bytes(2)], [`461-0[${placeholder(0)}]`, "<01>"], "closed"],
  ["engine packets while an attachment is awaited", [`451-0["message-with-ack",${placeholder(0)}]`, "3", "6", bytes(9)], [`461-0[${placeholder(0)}]`, "<09>"], "open"],
  ["a placeholder in a packet that is not binary is plain data", [`420["message-with-ack",${placeholder(0)}]`], [`430[${placeholder(0)}]`], "open"],
  ["BINARY ACK nobody waits for", [`461-5[${placeholder(0)}]`, bytes(1)], [], "open"],

  ["a key __proto__", ['420["message-with-ack",{"__proto__":{"x":1}}]'], ['430[{"__proto__":{"x":1}}]'], "open"],
  ["arrays 200 deep", [`420["message-with-ack",${nested}]`], [`430[${nested}]`], "open"],
  ["a lone surrogate and a NUL", ['420["message-with-ack","é€😀\\u0000\\ud800"]'], ['430["é€😀\\u0000\\ud800"]'], "open"],
  ["characters that HTML cares about", ['420["message-with-ack","<a href=\'x\'>&+`é\\u2028"]'], ['430["<a href=\'x\'>&+`é\u2028"]'], "open"],
  ["escapes", ['420["message-with-ack","\\"\\\\\\/\\b\\f\\n\\r\\t\\u001f\\u007f"]'], ['430["\\"\\\\/\\b\\f\\n\\r\\t\\u001f\u007f"]'], "open"],
  ["numbers", ['420["message-with-ack",[12345678901234,1.1,-7,0,0.000001,true,false,null]]'], ['430[[12345678901234,1.1,-7,0,0.000001,true,false,null]]'], "open"],
  ["large and tiny numbers", ['420["message-with-ack",[1e21,1e-7,1.5e300,9007199254740991]]'], ['430[[1e+21,1e-7,1.5e+300,9007199254740991]]'], "open"],
  ["empty containers", ['420["message-with-ack",[],{},""]'], ['430[[],{},""]'], "open"],
];

const withTheMainNamespace = established.map(([name, send, expect, then]) => [name, ["40", ...send], [...joined, ...expect], then]);

const namespaces = [
  ["CONNECT to /custom", ["40/custom,"], ['40/custom,{"sid":"…"}', '42/custom,["auth",{}]'], "either"],
  ["CONNECT to /custom without a comma", ["40/custom"], ['40/custom,{"sid":"…"}', '42/custom,["auth",{}]'], "either"],
  ["CONNECT to /custom with auth", ['40/custom,{"token":"abc"}'], ['40/custom,{"sid":"…"}', '42/custom,["auth",{"token":"abc"}]'], "either"],
  ["DISCONNECT from /custom, then CONNECT again", ["40/custom", "41/custom,"], ['40/custom,{"sid":"…"}', '42/custom,["auth",{}]'], "open"],
  ["DISCONNECT from /custom without a comma, then CONNECT again", ["40/custom", "41/custom"], ['40/custom,{"sid":"…"}', '42/custom,["auth",{}]'], "open"],
];

describe("packets", { concurrency: 4 }, () => {
  for (const [name, send, expect, then] of [...connecting, ...withTheMainNamespace, ...namespaces])
    test(`${name}${then === "either" ? "" : `: the connection ${then === "open" ? "stays open" : "is closed"}`}`, () => converse({ send, expect, then }));
});
