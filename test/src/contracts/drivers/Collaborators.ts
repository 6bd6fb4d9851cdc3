import { Collaborators, layer } from "@effect-scalingo/core/Collaborators"
import { driver } from "../driver.js"

export default driver("Collaborators", Collaborators, layer, {
  list: (collaborators) => collaborators.list("app"),
  update: (collaborators) => collaborators.update("app", "collaboratorId", { is_limited: true }),
  invite: (collaborators) => collaborators.invite("app", { email: "collaborator@example.com", is_limited: false }),
  acceptInvitation: (collaborators) => collaborators.acceptInvitation("abc"),
  delete: (collaborators) => collaborators.delete("app", "collaboratorId"),
  listAll: (collaborators) => collaborators.listAll
})
