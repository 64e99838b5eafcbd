import type { CodegenConfig } from "@graphql-codegen/cli";

const config = {
  enumsAsTypes: true,
  useTypeImports: true,
  strictScalars: true,
  scalars: { DateTime: "string", LocalizedText: "{ [language: string]: string }" },
};
const presetConfig = { fragmentMasking: false };

// Types and documents from the committed schema and the operations that ship with the gateway: as texts for the package,
// which needs no GraphQL library; as syntax trees for the example, whose libraries want them so.
const codegen: CodegenConfig = {
  schema: "../../gateway/schema.graphql",
  documents: "../../gateway/src/gateway/operations/*/*.graphql",
  importExtension: ".js",
  generates: {
    "src/generated/": { preset: "client", presetConfig, config: { ...config, documentMode: "string", onlyOperationTypes: true } },
    "example/generated/": { preset: "client", presetConfig, config },
  },
};

export default codegen;
