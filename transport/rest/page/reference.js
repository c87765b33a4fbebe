// Draws openapi.json: each operation with its fields and a form to try it. No library, nothing from elsewhere.

const operations = document.getElementById("operations");
let schemas = {};

const make = (name, content = "", attributes = {}) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...[content].flat());
  return element;
};

const resolved = (schema) => (schema?.$ref ? schemas[schema.$ref.split("/").pop()] : schema) ?? {};

const typeOf = (schema) => {
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.enum) return schema.enum.join(" | ");
  if (schema.const !== undefined) return String(schema.const);
  if (schema.anyOf || schema.oneOf) return (schema.anyOf ?? schema.oneOf).map(typeOf).join(" or ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  return schema.format === "binary" ? "file" : [schema.type ?? "any"].flat().join(" or ");
};

const fieldsTable = (schema, caption, path) => {
  const rows = Object.entries(schema.properties ?? {}).map(([name, field]) =>
    make("tr", [
      make("th", make("code", name), { scope: "row" }),
      make("td", typeOf(field) + (schema.required?.includes(name) ? ", required" : "")),
      make("td", [field.description ?? "", field.default == null ? "" : ` Default: ${JSON.stringify(field.default)}.`]),
    ]));
  const head = make("tr", ["Field", "Type", "Meaning"].map((title) => make("th", title, { scope: "col" })));
  const table = make("table", [make("caption", caption), make("thead", head), make("tbody", rows)]);
  return make("div", table, { class: "scrolls", role: "region", tabindex: "0", "aria-label": `Fields of ${path}, ${caption}` });
};

const headers = (extra) => {
  const key = document.getElementById("key").value.trim();
  return key ? { ...extra, Authorization: `Bearer ${key}` } : extra;
};

const show = async (response, output) => {
  const type = response.headers.get("content-type") ?? "";
  output.replaceChildren();
  if (type.startsWith("audio/")) {
    const sound = make("audio", "", { controls: "" });
    sound.src = URL.createObjectURL(await response.blob());
    output.append(`${response.status} ${type}`, make("br"), sound);
    return;
  }
  const text = await response.text();
  let shown = text;
  if (type.includes("json")) shown = JSON.stringify(JSON.parse(text), null, 2);
  output.append(`${response.status} ${type}\n${shown}`);
};

const tryForm = (path, method, kind, schema, example) => {
  const output = make("pre", "", { "aria-live": "polite" });
  const form = make("form");
  const id = (name) => `api${path}-${kind}-${name}`.replaceAll(/[^a-z0-9]+/gi, "-");
  if (kind === "application/json") {
    const body = make("textarea", JSON.stringify(example ?? {}, null, 2), { id: id("body"), name: "body", spellcheck: "false" });
    form.append(make("label", "Body, JSON", { for: id("body") }), body);
  } else if (kind) {
    for (const [name, field] of Object.entries(schema.properties)) {
      const type = field.format === "binary" ? "file" : "text";
      form.append(make("label", name, { for: id(name) }), make("input", "", { id: id(name), name, type }));
    }
  }
  form.append(make("button", `Send ${method.toUpperCase()} ${path}`));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let body;
    let sent = {};
    if (kind === "application/json") {
      body = form.elements.body.value;
      sent = { "Content-Type": kind };
    } else if (kind) {
      body = new FormData();
      for (const input of form.querySelectorAll("input")) {
        const value = input.type === "file" ? input.files[0] : input.value;
        if (value) body.append(input.name, value);
      }
    }
    output.replaceChildren("Waiting …");
    try {
      await show(await fetch(path, { method: method.toUpperCase(), headers: headers(sent), body }), output);
    } catch (error) {
      output.replaceChildren(`No answer: ${error.message}`);
    }
  });
  return [form, output];
};

const drawOperation = (path, method, operation) => {
  const section = make("section", [
    make("h2", [`${method.toUpperCase()} `, make("code", path)]),
    make("p", make("strong", operation.summary)),
    make("p", operation.description ?? ""),
  ]);
  const kinds = Object.entries(operation.requestBody?.content ?? {});
  for (const [kind, { schema, example }] of kinds) {
    section.append(fieldsTable(resolved(schema), kind, path), ...tryForm(path, method, kind, resolved(schema), example));
  }
  if (!kinds.length) section.append(...tryForm(path, method, "", {}));
  const refusals = Object.entries(operation.responses).filter(([status]) => status >= 400);
  if (refusals.length) {
    section.append(make("ul", refusals.map(([status, { description }]) => make("li", `${status}: ${description}`))));
  }
  return section;
};

const draw = async () => {
  try {
    const response = await fetch("/openapi.json", { headers: headers({}) });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const api = await response.json();
    schemas = api.components.schemas;
    document.getElementById("about").textContent = `${api.info.description} Version ${api.info.version}.`;
    operations.replaceChildren(...Object.entries(api.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => drawOperation(path, method, operation))));
  } catch (error) {
    operations.replaceChildren(make("p", `openapi.json could not be read: ${error.message}. Is a key needed? Enter it above.`, { role: "alert" }));
  }
  operations.setAttribute("aria-busy", "false");
};

document.getElementById("key").addEventListener("change", draw);
draw();
