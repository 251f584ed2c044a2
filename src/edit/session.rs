pub struct Action; pub struct Notice; pub struct Selection; pub struct Session; pub struct Toward; pub struct Walk;
