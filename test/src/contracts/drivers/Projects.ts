import { layer, Projects } from "@effect-scalingo/core/Projects"
import { driver } from "../driver.js"

export default driver("Projects", Projects, layer, {
  create: (projects) => projects.create({ name: "example-project", default: true }),
  list: (projects) => projects.list,
  find: (projects) => projects.get("projectId"),
  update: (projects) => projects.update("projectId", { name: "updated-project-name", default: true }),
  delete: (projects) => projects.delete("projectId"),
  listTransferInvitations: (projects) => projects.listTransferInvitations("projectId", { status: "all" }),
  findTransferInvitation: (projects) => projects.getTransferInvitation("projectId", "invitationId"),
  listEligibleNewOwners: (projects) => projects.listEligibleNewOwners("projectId"),
  createTransferInvitation: (projects) =>
    projects.createTransferInvitation("projectId", "us-f456a6c1-54d8-4a32-9d61-5f3c8e9d016a"),
  acceptTransferInvitation: (projects) => projects.acceptTransferInvitation("projectId", "invitationId"),
  declineTransferInvitation: (projects) => projects.declineTransferInvitation("projectId", "invitationId"),
  cancelTransferInvitation: (projects) => projects.cancelTransferInvitation("projectId", "invitationId"),
  listEvents: {
    send: (projects) => projects.listEventsPage("projectId", { page: 1, perPage: 20, from: 72 }),
    response: {
      json: {
        events: [{
          id: "54dcdd4a73636100011a0000",
          created_at: "2015-02-12T18:05:14.226+01:00",
          user: { username: "johndoe", email: "john@doe.com", id: "us-0e6d8e46-5cd0-42a4-acba-372b2be605ac" },
          type: "new_project",
          type_data: {}
        }],
        meta: { pagination: { current_page: 1, prev_page: null, next_page: null, total_pages: 1, total_count: 1 } }
      }
    },
    because: "the inventory has no example"
  }
})
