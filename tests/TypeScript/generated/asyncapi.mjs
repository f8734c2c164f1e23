// Holds the description of the sockets against AsyncAPI's own schema of its version.
import { createRequire } from "node:module";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const document = await (await fetch(`${process.argv[2]}/asyncapi/v1.json`)).json();
const schema = createRequire(import.meta.url)(`@asyncapi/specs/schemas/${document.asyncapi}-without-$id.json`);
const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
addFormats(ajv);
const validate = ajv.compile(schema);
if (!validate(document)) throw new Error(JSON.stringify(validate.errors.slice(0, 10), null, 1));

// Every reference leads somewhere.
const find = (reference) => reference.slice(2).split("/").reduce((parent, name) => parent?.[name], document);
JSON.stringify(document, (key, value) => {
  if (key === "$ref" && find(value) === undefined) throw new Error(`${value} leads nowhere.`);
  return value;
});

// The schemas of the messages are schemas.
for (const channel of Object.values(document.channels))
  for (const [name, message] of Object.entries(channel.messages))
    new Ajv({ strict: false, formats: { "date-time": true, int32: true, int64: true } }).compile({
      allOf: [message.payload], components: document.components,
    }) ?? name;
