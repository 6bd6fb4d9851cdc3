/** The metadata of a page, as most of the platform writes it. */
export const pageMeta = (page: number, total: number) => ({
  pagination: {
    current_page: page,
    prev_page: page > 1 ? page - 1 : null,
    next_page: page < total ? page + 1 : null,
    total_pages: total,
    total_count: total
  }
})

/** The metadata of a page of billing operations or invoices, which names the previous page in another way. */
export const billingPageMeta = (page: number, total: number) => {
  const { pagination: { prev_page, ...pagination } } = pageMeta(page, total)
  return { pagination: { ...pagination, previous_page: prev_page } }
}
