import type { CodegenConfig } from "@graphql-codegen/cli";

// Types and documents from the committed schema and the operations that ship with the gateway.
const config: CodegenConfig = {
  schema: "../../gateway/schema.graphql",
  documents: "../../gateway/src/gateway/operations/*/*.graphql",
  generates: {
    "src/generated/": {
      preset: "client",
      presetConfig: { fragmentMasking: false },
      config: {
        enumsAsTypes: true,
        useTypeImports: true,
        strictScalars: true,
        scalars: { DateTime: "string", LocalizedText: "{ [language: string]: string }" },
      },
    },
  },
};

export default config;
