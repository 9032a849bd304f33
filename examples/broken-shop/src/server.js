import "dotenv/config";
import express from "express";
import Stripe from "stripe";

import { describe } from "./describe.js";
import { sendReceipt } from "./mail.js";

const stripe = new Stripe(process.env.STRIPE_SECRET_KEY);
const app = express();

app.post("/orders", async (request, response) => {
  const charge = await stripe.charges.create(request.body.charge);
  await sendReceipt(request.body.email, charge);
  response.json({ text: await describe(charge) });
});

app.listen(3000);
