using Academy.Application.Billing;
using Academy.Application.Courses;
using Academy.Application.Students;
using Academy.Infrastructure;

var builder = WebApplication.CreateBuilder(args);

builder.Services.AddInfrastructure(builder.Configuration.GetConnectionString("Academy") ?? "Host=localhost;Database=academy");
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<IBank, Bank>();
builder.Services.AddScoped<EnrollmentService>();
builder.Services.AddScoped<RoomService>();
builder.Services.AddScoped<TopicService>();
builder.Services.AddScoped<WalletService>();
builder.Services.AddScoped<WaitingListHandler>();
builder.Services.AddScoped<RegisterStudentHandler>();
builder.Services.AddScoped<InviteInstructorHandler>();
builder.Services.AddScoped<SubscribeHandler>();
builder.Services.AddScoped<RedeemVoucherHandler>();
builder.Services.AddScoped<PayRefundHandler>();

var app = builder.Build();

app.MapPost("/courses/{id:int}/enrollments/{studentId:int}", async (int id, int studentId, EnrollmentService enrollments, CancellationToken ct) =>
    await enrollments.EnrollAsync(id, studentId, ct) switch
    {
        EnrollmentResult.Enrolled => Results.Ok(),
        EnrollmentResult.Full => Results.Conflict(),
        _ => Results.NotFound(),
    });
app.MapPost("/courses/{id:int}/waiting-list/{studentId:int}", (int id, int studentId, WaitingListHandler handler, CancellationToken ct) =>
    handler.HandleAsync(new JoinWaitingList(id, studentId), ct));
app.MapPost("/rooms/{id:int}/computers/{count:int}", (int id, int count, RoomService rooms, CancellationToken ct) =>
    rooms.BorrowComputersAsync(id, count, ct));
app.MapPut("/topics/{name}", (string name, TopicService topics, CancellationToken ct) => topics.GetOrCreateAsync(name, ct));
app.MapPost("/students", (RegisterStudent command, RegisterStudentHandler handler, CancellationToken ct) => handler.HandleAsync(command, ct));
app.MapPost("/instructors", (InviteInstructor command, InviteInstructorHandler handler, CancellationToken ct) => handler.HandleAsync(command, ct));
app.MapPost("/newsletter", (Subscribe command, SubscribeHandler handler, CancellationToken ct) => handler.HandleAsync(command, ct));
app.MapPost("/vouchers", (RedeemVoucher command, RedeemVoucherHandler handler, CancellationToken ct) => handler.HandleAsync(command, ct));
app.MapPost("/refunds", (PayRefund command, PayRefundHandler handler, CancellationToken ct) => handler.HandleAsync(command, ct));
app.MapPost("/students/{id:int}/transfers/{to:int}/{amount:decimal}", (int id, int to, decimal amount, WalletService wallets, CancellationToken ct) =>
    wallets.TransferAsync(id, to, amount, ct));

app.Run();
