import { Trans, useLingui } from "@lingui/react/macro";
import { Component, type ReactNode } from "react";
import { Button } from "react-aria-components";
import { Notice } from "../kit/Notice.tsx";
import { Page } from "../kit/Page.tsx";

/** Shows its children; where they fail, or are of a version that is no longer served, says so and offers another try. */
export class Broken extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Sorry /> : this.props.children;
  }
}

function Sorry() {
  const { t } = useLingui();
  return (
    <Page title={t`This page could not be shown`} narrow>
      <Notice tone="bad">
        <p>
          <Trans>Nothing was changed. Check your connection, then load the page again.</Trans>
        </p>
      </Notice>
      <p className="actions">
        <Button onPress={() => window.location.reload()}>
          <Trans>Load it again</Trans>
        </Button>
      </p>
    </Page>
  );
}
