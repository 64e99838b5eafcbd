import type { RolePages } from "../../app/roles.ts";
import { CarePage } from "./Care.tsx";
import { OfferingPage } from "./Offering.tsx";
import { RegisterPage } from "./Register.tsx";

const strangers: RolePages = {
  useNavigation: () => [],
  pages: [
    ["/register", RegisterPage],
    ["/care", CarePage],
    ["/care/:id", OfferingPage],
  ],
};

export default strangers;
